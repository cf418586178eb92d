import { type Normalised, normalise } from './normalised.ts';
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

/** Occurrences that are looked at, the nearest first: a letter may stand in a text ten thousand times. */
const MAX_LOOKED_AT = 1000;
/** What stands before an excerpt is told apart by its end. */
const MAX_BEFORE = 40;

/** The range a claim is about, or `undefined` if the text holds no such thing. */
export type Locate = (claim: Claim) => Range | undefined;

/**
 * Finds excerpts in a text: as they are, else as `normalise` sees them. An occurrence that would cut a letter in two
 * (`க` in `கா`) is none. Of several, the one at `near` is meant, then one that follows `before`, then one of whole
 * words, then the nearest.
 */
export function createLocator(text: string): Locate {
  const normal = normalise(text);
  const marks = new Set(Array.from(text.matchAll(/\p{M}/gu), ({ index }) => index));
  return (claim) => {
    if (claim.excerpt.length > 2 * text.length + 100) return undefined;
    const preceding = normalise((claim.before ?? '').slice(-MAX_BEFORE)).text.trim();
    const best = (places: Iterable<Range>) => bestOf(text, normal, places, { preceding, near: claim.near });
    return best(asItStands(text, marks, claim)) ?? best(asItReads(normal, text, claim));
  };
}

/** What a mark behind it belongs to; elsewhere it stands alone, and may be what is wrong. */
const CARRIES_MARKS = /[\p{L}\p{M}\p{N}\u200C\u200D]/u;

function* asItStands(
  text: string,
  marks: ReadonlySet<number>,
  { excerpt, near, from }: Claim,
): Generator<Range> {
  for (const start of occurrences(text, excerpt, near, from).take(MAX_LOOKED_AT)) {
    const end = start + excerpt.length;
    const cuts = marks.has(end) || (marks.has(start) && CARRIES_MARKS.test(text.charAt(start - 1)));
    if (!cuts && isRangeOf(text, start, end)) yield { start, end };
  }
}

function* asItReads(normal: Normalised, text: string, { excerpt, near, from }: Claim): Generator<Range> {
  const wanted = normalise(excerpt).text.trim();
  const at = (place: number | undefined) => place && normal.position(place);
  for (const start of occurrences(normal.text, wanted, at(near), at(from)).take(MAX_LOOKED_AT)) {
    const range = normal.original(start, start + wanted.length);
    if (range !== undefined && isRangeOf(text, range.start, range.end)) yield range;
  }
}

/** Where `wanted` starts in a text: the nearest to `near` first, or in reading order from `from` on and then from the begin. */
function* occurrences(text: string, wanted: string, near = Number.NaN, from = 0): Generator<number> {
  if (wanted === '') return;
  if (!Number.isFinite(near)) {
    for (let at = text.indexOf(wanted, from); at >= 0; at = text.indexOf(wanted, at + 1)) yield at;
    for (let at = text.indexOf(wanted); at >= 0 && at < from; at = text.indexOf(wanted, at + 1)) yield at;
    return;
  }
  const middle = Math.min(Math.max(0, Math.trunc(near)), text.length);
  let below = text.lastIndexOf(wanted, middle);
  let above = text.indexOf(wanted, middle + 1);
  while (below >= 0 || above >= 0) {
    if (above < 0 || (below >= 0 && middle - below <= above - middle)) {
      yield below;
      below = below === 0 ? -1 : text.lastIndexOf(wanted, below - 1);
    } else {
      yield above;
      above = text.indexOf(wanted, above + 1);
    }
  }
}

const isInWord = (text: string, at: number): boolean =>
  /[\p{L}\p{M}\p{N}]/u.test(text.charAt(at - 1)) && /[\p{L}\p{M}\p{N}]/u.test(text.charAt(at));

interface Wanted {
  /** Normalised. */
  readonly preceding: string;
  readonly near: number | undefined;
}

/** The best of places that come the nearest first. It stops at one that no later one can be better than. */
function bestOf(
  text: string,
  normal: Normalised,
  places: Iterable<Range>,
  { preceding, near }: Wanted,
): Range | undefined {
  let best: { readonly range: Range; readonly misses: number } | undefined;
  for (const range of places) {
    if (range.start === near) return range;
    const misses =
      (isPreceded(normal, range.start, preceding) ? 0 : 2) +
      (isInWord(text, range.start) || isInWord(text, range.end) ? 1 : 0);
    if (best === undefined || misses < best.misses) best = { range, misses };
    if (misses === 0) break;
  }
  return best?.range;
}

function isPreceded(normal: Normalised, start: number, preceding: string): boolean {
  let end = normal.position(start);
  while (normal.text[end - 1] === ' ') end -= 1;
  return normal.text.slice(Math.max(0, end - preceding.length), end) === preceding;
}
