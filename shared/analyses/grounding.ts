import { normalise } from './normalised.ts';
import { isRangeOf, type Range } from './range.ts';

/** What someone says they saw in a text, and where they think it was. */
export interface Claim {
  readonly excerpt: string;
  /** What they say stands immediately before it. */
  readonly before?: string | undefined;
  /** Where they say it starts. Not to be trusted: the nearest occurrence counts. */
  readonly near?: number | undefined;
  /** Without `near`: the first occurrence from here on, then the first of all. */
  readonly from?: number | undefined;
}

/** Occurrences that are looked at closely, the nearest first: a letter may stand in a text ten thousand times. */
const MAX_COMPARED = 100;

/** The range a claim is about, or `undefined` if the text holds no such thing. */
export type Locate = (claim: Claim) => Range | undefined;

/**
 * Finds excerpts in a text: as they are, else as `normalise` sees them. An occurrence that would cut a letter in two
 * (`க` in `கா`) is none. Of several, the one at `near` is meant, then one that follows `before`, then one of whole
 * words, then the nearest.
 */
export function createLocator(text: string): Locate {
  const normal = normalise(text);
  return (claim) => {
    const wanted = normalise(claim.excerpt).text.trim();
    const exact = occurrences(text, claim.excerpt);
    const found =
      exact.length > 0
        ? exact
        : occurrences(normal.text, wanted).map(({ start, end }) => normal.original(start, end));
    const sound = found.filter(({ start, end }) => isRangeOf(text, start, end));
    return sound.length < 2 ? sound[0] : best(text, sound, claim);
  };
}

function occurrences(text: string, wanted: string): Range[] {
  const found: Range[] = [];
  if (wanted === '') return found;
  const startsWithMark = /^\p{M}/u.test(wanted);
  for (let start = text.indexOf(wanted); start >= 0; start = text.indexOf(wanted, start + 1)) {
    const end = start + wanted.length;
    if (!isMark(text, end) && (startsWithMark || !isMark(text, start))) found.push({ start, end });
  }
  return found;
}

const isMark = (text: string, at: number): boolean => /^\p{M}/u.test(text.slice(at, at + 2));
const isInWord = (text: string, at: number): boolean =>
  /[\p{L}\p{M}\p{N}]/u.test(text.charAt(at - 1)) && /[\p{L}\p{M}\p{N}]/u.test(text.charAt(at));

function best(
  text: string,
  found: readonly Range[],
  { before = '', near, from = 0 }: Claim,
): Range | undefined {
  const preceding = normalise(before).text.trim();
  const follows = ({ start }: Range) =>
    preceding !== '' &&
    normalise(text.slice(Math.max(0, start - 4 * before.length - 16), start))
      .text.trimEnd()
      .endsWith(preceding);
  const away = ({ start }: Range) =>
    near !== undefined ? Math.abs(start - near) : start >= from ? start - from : text.length + start;
  const nearest = found.toSorted((a, b) => away(a) - away(b)).slice(0, MAX_COMPARED);
  const rank = (range: Range) => ({
    range,
    misses: [
      range.start === near ? 0 : 1,
      follows(range) ? 0 : 1,
      isInWord(text, range.start) || isInWord(text, range.end) ? 1 : 0,
      away(range),
    ],
  });
  const ranked = nearest.map(rank).sort((a, b) => compare(a.misses, b.misses));
  return ranked[0]?.range;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : (a[at] as number) - (b[at] as number);
}
