import type { Word } from '../text/tokenize.ts';
import { readWords } from '../words/lists.ts';

/** A verse of the Kural found in a text. `from` and `to` are UTF-16 code units. */
export interface Verse {
  readonly from: number;
  readonly to: number;
  readonly number: number;
  /** The verse as it is handed down. */
  readonly text: string;
  /** How far the quotation strays from it, in code units of the letters. */
  readonly distance: number;
}

/** Letters a quotation must begin with to be compared with a verse at all. */
const ANCHOR = 6;
/** How far a quotation may stray and still be taken for the verse, as a share of its letters. */
const TOLERANCE = 0.15;
/** A verse has seven words; split at every joint it has fewer than this. */
const MOST_WORDS = 14;
/** Full comparisons for one text: what keeps a text made of nothing but beginnings from taking long. */
const MOST_COMPARISONS = 200;

const SIGNS = new Map([...'ஆஇஈஉஊஎஏஐஒஓஔ'].map((vowel, i) => [vowel, 'ாிீுூெேைொோௌ'[i] ?? '']));

/** Only letters count, and words written apart count as joined: யாழ் இனிது is யாழினிது. */
const lettersOf = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/[^\u0b80-\u0bff]/g, '')
    .replace(/்([அ-ஔ])/gu, (_, vowel: string) => SIGNS.get(vowel) ?? '');

const verses = readWords('verses').map((entry) => {
  const text = entry.slice(entry.indexOf(' ') + 1);
  return { number: Number.parseInt(entry, 10), text, letters: lettersOf(text) };
});
const byStart = Map.groupBy(verses, ({ letters }) => letters.slice(0, ANCHOR));

/** Finds verses quoted whole, however their words are split. Linear in the number of words. */
export const findVerses = (words: readonly Word[]): Verse[] => {
  const found: Verse[] = [];
  let until = 0;
  let comparisons = 0;
  for (let i = 0; i < words.length && comparisons < MOST_COMPARISONS; i++) {
    const word = words[i];
    if (word === undefined || word.start < until) continue;
    for (const verse of byStart.get(anchor(words, i)) ?? []) {
      comparisons++;
      const match = compare(words, i, verse);
      if (match === undefined) continue;
      found.push({ ...match, number: verse.number, text: verse.text });
      until = match.to;
      break;
    }
  }
  return found;
};

/** A vowel letter behind a pulli: two words written as one. */
const JOINED = /்[அ-ஔ]/u;

const anchor = (words: readonly Word[], from: number): string => {
  const form = words[from]?.form ?? '';
  let letters = JOINED.test(form) ? lettersOf(form) : form;
  if (letters.length >= ANCHOR) return letters.slice(0, ANCHOR);
  for (let i = from + 1; letters.length < ANCHOR && i < words.length; i++)
    letters = lettersOf(letters + (words[i]?.form ?? ''));
  return letters.slice(0, ANCHOR);
};

const compare = (
  words: readonly Word[],
  start: number,
  verse: { readonly letters: string },
): Pick<Verse, 'from' | 'to' | 'distance'> | undefined => {
  const slack = Math.ceil(verse.letters.length * TOLERANCE);
  let letters = '';
  let best: { to: number; distance: number } | undefined;
  for (let i = start; i < start + MOST_WORDS && i < words.length; i++) {
    letters = lettersOf(letters + (words[i]?.form ?? ''));
    if (letters.length > verse.letters.length + slack) break;
    if (letters.length < verse.letters.length - slack) continue;
    const distance = editDistance(letters, verse.letters);
    if (best === undefined || distance < best.distance) best = { to: words[i]?.end ?? 0, distance };
  }
  return best === undefined || best.distance > slack
    ? undefined
    : { from: words[start]?.start ?? 0, ...best };
};

/** Levenshtein distance in code units. Both texts are a verse long, so the cost is bounded. */
const editDistance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
    }
    row = next;
  }
  return row[b.length] ?? 0;
};
