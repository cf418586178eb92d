import type { Messages } from '../messages/messages.ts';

const MOST_BYTES = 5_000_000;

/** Why a file cannot be read; the key of its message. */
export class UnreadableFile extends Error {
  readonly why: keyof Messages['file'];
  constructor(why: keyof Messages['file']) {
    super(why);
    this.why = why;
  }
}

/** The text of a txt, md or docx file. @throws {UnreadableFile} */
export async function readFile(file: File): Promise<string> {
  const kind = /\.(txt|md|markdown|text|docx)$/i.exec(file.name)?.[1]?.toLowerCase();
  if (kind === undefined && !file.type.startsWith('text/')) throw new UnreadableFile('kind');
  if (file.size > MOST_BYTES) throw new UnreadableFile('size');
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (kind !== 'docx') return decode(bytes);
    const { docxText } = await import('./docx.ts');
    return docxText(bytes);
  } catch (error) {
    throw error instanceof UnreadableFile ? error : new UnreadableFile('broken');
  }
}

/** UTF-8, or UTF-16 with a byte order mark, which Windows' Notepad writes. */
function decode(bytes: Uint8Array): string {
  const mark = `${bytes[0]} ${bytes[1]}`;
  const encoding = mark === '255 254' ? 'utf-16le' : mark === '254 255' ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding, { fatal: true }).decode(bytes);
}
