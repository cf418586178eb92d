/** A range of a text, UTF-16 code units, `end` exclusive. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Whether the text may be cut at `at`: inside the text and not within a surrogate pair. */
export const isBoundary = (text: string, at: number): boolean =>
  Number.isInteger(at) &&
  at >= 0 &&
  at <= text.length &&
  !(/[\uD800-\uDBFF]/.test(text.charAt(at - 1)) && /[\uDC00-\uDFFF]/.test(text.charAt(at)));

export const isRangeOf = (text: string, start: number, end: number): boolean =>
  start <= end && isBoundary(text, start) && isBoundary(text, end);

/**
 * Selects the ranges that can all be applied together, sorted. A range earlier in `ranges` wins over a later one. Two ranges
 * with the same start collide even if one is empty, because their order would be undefined.
 */
export function withoutOverlaps<R extends Range>(ranges: readonly R[]): R[] {
  const kept: R[] = [];
  for (const range of ranges) {
    const at = firstNotBefore(kept, range.start);
    const before = kept[at - 1];
    const after = kept[at];
    if (before && before.end > range.start) continue;
    if (after && (after.start === range.start || after.start < range.end)) continue;
    kept.splice(at, 0, range);
  }
  return kept;
}

/** Index of the first range that starts at `start` or later, in sorted ranges. */
function firstNotBefore(ranges: readonly Range[], start: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle] as Range).start < start) low = middle + 1;
    else high = middle;
  }
  return low;
}
