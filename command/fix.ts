import { readFile } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import type { ProofreadIssue } from '../client/src/client.ts';
import { encoded, type Source } from './source.ts';
import { UserError } from './user-error.ts';

/** The text with every suggestion applied. A line end within a suggestion becomes one of the text. */
export function corrected(text: string, issues: readonly ProofreadIssue[]): string {
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  let result = '';
  let at = 0;
  for (const { start, end, suggestion } of issues) {
    result += text.slice(at, start) + suggestion.replace(/\r?\n/g, lineEnd);
    at = end;
  }
  return result + text.slice(at);
}

/**
 * Replaces the file in one step: a reader sees the old text or the new one. Its permissions stay, and a link stays a link.
 * @throws {UserError} the file has changed since it was read, or cannot be written
 */
export async function writeBack(path: string, source: Source, text: string): Promise<void> {
  if (!source.bytes.equals(await readFile(path)))
    throw new UserError('The file has changed while it was checked, so it was not written.');
  try {
    await writeFileAtomic(path, encoded(source, text));
  } catch (error) {
    throw new UserError(`It cannot be written: ${error instanceof Error ? error.message : error}`);
  }
}
