import { readFile } from 'node:fs/promises';
import type { Answer } from '../route.ts';
import { FILES, type FileName } from './files.ts';
import { type Coding, codingFor, pack } from './packing.ts';

const contents = new Map<string, Promise<Buffer>>();

/** Reads and packs a file when it is first asked for. */
function contentOf(name: FileName, coding: Coding | undefined): Promise<Buffer> {
  const key = `${coding} ${name}`;
  const known = contents.get(key);
  if (known !== undefined) return known;
  const content =
    coding === undefined ? readFile(FILES[name]) : contentOf(name, undefined).then(pack[coding]);
  contents.set(key, content);
  // The next request tries again.
  content.catch(() => contents.delete(key));
  return content;
}

/** Answers with a file, packed for a client that takes it so. */
export async function fileAnswer(
  name: FileName,
  acceptEncoding: readonly string[],
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const coding = codingFor(acceptEncoding);
  return {
    status: 200,
    headers: {
      ...headers,
      Vary: 'Accept-Encoding',
      ...(coding !== undefined && { 'Content-Encoding': coding }),
    },
    body: await contentOf(name, coding),
  };
}
