import type { Desk } from '../desk/desk.ts';

/** Puts the text into the clipboard, and says whether that was allowed. */
export async function copy(desk: Desk): Promise<void> {
  try {
    await navigator.clipboard.writeText(desk.editor.text);
    desk.notify(desk.words.copied);
  } catch {
    desk.notify(desk.words.notCopied);
  }
}
