import type { Range } from './range.ts';

/** A text in one normal form, and the way back to the original's offsets. */
export interface Normalised {
  readonly text: string;
  /** Maps a non-empty range of the normalised text to the range of the original. */
  original(start: number, end: number): Range;
}

/** Soft hyphen, zero-width space, joiners and non-joiner, word joiner, byte order mark. */
const INVISIBLE = /[\u00AD\u200B-\u200D\u2060\uFEFF]/;
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
  let normal = '';
  for (const { 0: letter, index } of text.matchAll(/\s+|\P{M}\p{M}*|\p{M}+/gu)) {
    const bare = letter.replace(new RegExp(INVISIBLE, 'g'), '');
    if (bare === '' && letter !== '') continue;
    const written = /^\s+$/.test(bare) ? ' ' : (QUOTES[bare] ?? bare.normalize('NFC'));
    const asIs = written === letter;
    for (let unit = 0; unit < written.length; unit += 1) {
      starts.push(asIs ? index + unit : index);
      ends.push(asIs ? index + unit + 1 : index + letter.length);
    }
    normal += written;
  }
  return {
    text: normal,
    original: (start, end) => ({ start: starts[start] ?? text.length, end: ends[end - 1] ?? text.length }),
  };
}
