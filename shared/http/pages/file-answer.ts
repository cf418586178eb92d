import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Answer } from '../route.ts';
import { FILES, type FileName } from './files.ts';

interface Content {
  readonly plain: Buffer;
  readonly packed: Buffer;
}

const contents = new Map<FileName, Promise<Content>>();

/** Reads and compresses a file when it is first asked for. */
function contentOf(name: FileName): Promise<Content> {
  const known = contents.get(name);
  if (known !== undefined) return known;
  const content = read(name);
  contents.set(name, content);
  // The next request tries again.
  content.catch(() => contents.delete(name));
  return content;
}

async function read(name: FileName): Promise<Content> {
  const plain = await readFile(FILES[name]);
  return { plain, packed: await promisify(gzip)(plain) };
}

/** Answers with a file, compressed for a client that takes gzip (RFC 9110, section 12.5.3). */
export async function fileAnswer(
  name: FileName,
  acceptEncoding: string | undefined,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const { plain, packed } = await contentOf(name);
  const isPacked = takesGzip(acceptEncoding);
  return {
    status: 200,
    headers: { ...headers, Vary: 'Accept-Encoding', ...(isPacked && { 'Content-Encoding': 'gzip' }) },
    body: isPacked ? packed : plain,
  };
}

/** Takes no wildcard for gzip, and no weight but zero for a refusal. */
const takesGzip = (acceptEncoding = ''): boolean =>
  acceptEncoding
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .some((coding) => /^gzip(?:\s*;\s*q=(?!0(?:\.0*)?$).*)?$/.test(coding));
