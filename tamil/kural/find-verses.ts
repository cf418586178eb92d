import type { Word } from '../text/tokenize.ts';
import { editDistance } from './edit-distance.ts';
import { comparable, withoutDoubling } from './letters.ts';
import { type KnownVerse, VERSES } from './verses.ts';

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
/** Letters read to tell a quotation from a sentence that only begins as a verse does, and triples of them that must be the verse's. */
const PROBE = 30;
const PROBE_TRIPLES = 12;
/** A word as short may change its last letters where it is joined to the next. */
const SHORT_WORD = 6;

const byStart = Map.groupBy(VERSES, ({ letters }) => letters.slice(0, ANCHOR));
const beginnings = (length: number): ReadonlySet<string> =>
  new Set(VERSES.flatMap(({ text, letters }) => [text.slice(0, length), letters.slice(0, length)]));
const BEGINNINGS = beginnings(3);
const SHORT_BEGINNINGS = beginnings(2);

const triplesOf = (letters: string): string[] => Array.from(letters, (_, at) => letters.slice(at, at + 3));
const triples = new Map<KnownVerse, ReadonlySet<string>>();

const triplesOfVerse = (verse: KnownVerse): ReadonlySet<string> => {
  const known = triples.get(verse) ?? new Set(triplesOf(verse.letters));
  triples.set(verse, known);
  return known;
};

/** Finds verses quoted whole, however their words are split. Linear in the number of words. */
export const findVerses = (words: readonly Word[]): Verse[] => {
  const found: Verse[] = [];
  let until = 0;
  let comparisons = 0;
  for (let i = 0; i < words.length && comparisons < MOST_COMPARISONS; i++) {
    const word = words[i];
    if (word === undefined || word.start < until || !mayBegin(word.form)) continue;
    const letters = lettersFrom(words, i);
    for (const verse of byStart.get(letters.slice(0, ANCHOR)) ?? []) {
      if (!isLike(letters, verse)) continue;
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

const mayBegin = (form: string): boolean =>
  form.length < SHORT_WORD ? SHORT_BEGINNINGS.has(form.slice(0, 2)) : BEGINNINGS.has(form.slice(0, 3));

const lettersFrom = (words: readonly Word[], from: number): string => {
  let letters = '';
  for (let i = from; letters.length < PROBE && i < from + MOST_WORDS && i < words.length; i++)
    letters += (words[i]?.form ?? '').slice(0, PROBE);
  return comparable(letters);
};

const isLike = (letters: string, verse: KnownVerse): boolean => {
  const known = triplesOfVerse(verse);
  return triplesOf(letters).filter((triple) => known.has(triple)).length >= PROBE_TRIPLES;
};

const compare = (
  words: readonly Word[],
  start: number,
  verse: KnownVerse,
): Pick<Verse, 'from' | 'to' | 'distance'> | undefined => {
  const slack = Math.ceil(verse.letters.length * TOLERANCE);
  let letters = '';
  let best: { to: number; last: number; distance: number } | undefined;
  for (let i = start; i < start + MOST_WORDS && i < words.length; i++) {
    letters = comparable(letters + (words[i]?.form ?? ''));
    if (letters.length > verse.letters.length + slack) break;
    if (letters.length < verse.letters.length - slack) continue;
    const distance = editDistance(letters, verse.letters);
    if (best === undefined || distance < best.distance) best = { to: words[i]?.end ?? 0, last: i, distance };
  }
  if (best === undefined || best.distance > slack) return undefined;
  const quoted = words.slice(start, best.last + 1).map(({ form }) => form);
  const distance = withoutDoubling(quoted) === withoutDoubling(verse.text.split(' ')) ? 0 : best.distance;
  return { from: words[start]?.start ?? 0, to: best.to, distance };
};

interface Part {
  readonly verse: KnownVerse;
  /** The letters of the verse from a word on. */
  readonly rest: string;
}

const readParts = (): ReadonlyMap<string, readonly Part[]> =>
  Map.groupBy(
    VERSES.flatMap((verse) => {
      const words = verse.text.split(' ');
      return words.map((_, at): Part => ({ verse, rest: withoutDoubling(words.slice(at)) }));
    }),
    ({ rest }) => rest.slice(0, ANCHOR),
  );

let parts: ReadonlyMap<string, readonly Part[]> | undefined;

/** Shorter, and any sentence could hold the same letters. */
const SHORTEST_PART = 12;
/** What the last letter of a part may lose to the word that follows it in the verse. */
const LOST_AT_END = /ம்$|்$|ு$/u;

/** The verse that holds a quotation, letter for letter. */
export const findPart = (quotation: string): KnownVerse | undefined => {
  const words = quotation.split(/[^\u0b80-\u0bff]+/).filter((word) => word !== '');
  const letters = withoutDoubling(words).replace(LOST_AT_END, '');
  if (letters.length < SHORTEST_PART) return undefined;
  parts ??= readParts();
  return parts.get(letters.slice(0, ANCHOR))?.find(({ rest }) => rest.startsWith(letters))?.verse;
};
