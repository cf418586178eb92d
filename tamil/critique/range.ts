/** A range of the essay in UTF-16 code units, `to` exclusive. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The range without the white space at its ends. */
export const trimmed = (text: string, range: Range): Range => {
  let { from, to } = range;
  while (from < to && /\s/u.test(text[from] ?? '')) from++;
  while (to > from && /\s/u.test(text[to - 1] ?? '')) to--;
  return { from, to };
};

/** Words of any script: what stands between blanks and is not punctuation alone. */
export const countWords = (text: string): number => {
  let count = 0;
  for (const [chunk] of text.matchAll(/\S+/g)) if (/[\p{L}\p{N}]/u.test(chunk)) count++;
  return count;
};
