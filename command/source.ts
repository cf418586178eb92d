import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { UserError } from './user-error.ts';

/** A text with what is needed to write it back. */
export interface Source {
  /** As messages name it. */
  readonly name: string;
  /** Absent for standard input. */
  readonly path: string | undefined;
  /** Without its byte order mark; line ends are as they were. */
  readonly text: string;
  readonly bytes: Buffer;
  readonly hasByteOrderMark: boolean;
}

const BYTE_ORDER_MARK = '\uFEFF';

/** @throws {UserError} it cannot be read, or is not UTF-8 */
export async function readSource(operand: string, stdin: NodeJS.ReadableStream): Promise<Source> {
  const fromInput = operand === '-';
  const name = fromInput ? '<stdin>' : operand;
  const bytes = await (fromInput ? buffer(stdin) : readFile(operand)).catch(
    (error: NodeJS.ErrnoException) => {
      throw new UserError(REASONS[error.code ?? ''] ?? error.message);
    },
  );
  let decoded: string;
  try {
    decoded = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UserError('The text is not UTF-8.');
  }
  const hasByteOrderMark = decoded.startsWith(BYTE_ORDER_MARK);
  return {
    name,
    path: fromInput ? undefined : operand,
    text: hasByteOrderMark ? decoded.slice(1) : decoded,
    bytes,
    hasByteOrderMark,
  };
}

/** The bytes of another text in this one's form. */
export const encoded = ({ hasByteOrderMark }: Source, text: string): Buffer =>
  Buffer.from(hasByteOrderMark ? BYTE_ORDER_MARK + text : text);

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file.',
  EISDIR: 'It is a directory.',
  EACCES: 'It may not be read.',
};
