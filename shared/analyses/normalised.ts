import type { Range } from './range.ts';

/** A text in one normal form, and the way back to the original's offsets. */
export interface Normalised {
  readonly text: string;
  /**
   * Maps a non-empty range of the normalised text to the range of the original; `undefined` where one of its ends is
   * within a letter of the original (a character and its marks).
   */
  original(start: number, end: number): Range | undefined;
  /** Maps an offset of the original to the normalised text. */
  position(at: number): number;
}

/** Soft hyphen, zero-width space, joiners and non-joiner, word joiner, byte order mark. */
const INVISIBLE = /[\u00AD\u200B-\u200D\u2060\uFEFF]/g;
const QUOTES: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '-',
};

/**
 * NFC, without invisible characters, white space runs as one space, quotation marks and dashes as typewriters have
 * them. NFC is taken letter by letter (a character and its marks), which is where Tamil composes: `ெ` + `ா` = `ொ`.
 */
export function normalise(text: string): Normalised {
  const starts: number[] = [];
  const ends: number[] = [];
  /** By position in the normalised text: a letter of the original begins there. */
  const opens: boolean[] = [];
  let normal = '';
  for (const { 0: letter, index } of text.matchAll(/\s+|\P{M}\p{M}*|\p{M}+/gu)) {
    const bare = letter.replace(INVISIBLE, '');
    if (bare === '' && letter !== '') continue;
    const written = /^\s+$/.test(bare) ? ' ' : (QUOTES[bare] ?? bare.normalize('NFC'));
    const asIs = written === letter;
    // Marks behind something invisible belong to the letter before it.
    const opensLetter = !/^\p{M}/u.test(written) || normal === '' || normal.endsWith(' ');
    for (let unit = 0; unit < written.length; unit += 1) {
      starts.push(asIs ? index + unit : index);
      ends.push(asIs ? index + unit + 1 : index + letter.length);
      opens.push(unit === 0 && opensLetter);
    }
    normal += written;
  }
  return {
    text: normal,
    original: (start, end) =>
      opens[start] !== false && opens[end] !== false
        ? { start: starts[start] ?? text.length, end: ends[end - 1] ?? text.length }
        : undefined,
    position: (at) => firstNotBelow(starts, at),
  };
}

/** Index of the first number that is `least` or more, in rising numbers. */
function firstNotBelow(rising: readonly number[], least: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rising[middle] as number) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
