import { findAddresses } from './addresses.ts';
import { findCode } from './code.ts';
import { findBraces, findTags } from './markup.ts';
import type { Mask } from './mask.ts';

/**
 * Finds what is not prose and must stay as it is: URLs, domain names, e-mail addresses, DOIs, file names and paths, hashtags and handles,
 * identifiers; code spans and blocks; placeholders; tags. Sorted, without overlap. Linear in the length of the text.
 */
export const findMasks = (text: string): readonly Mask[] => {
  const code = findCode(text);
  // What stands in code is no tag, and what stands in either is no placeholder.
  const tags = findTags(text, code);
  const braces = findBraces(text, [code, tags]);
  const delimited = unite([...code, ...tags, ...braces]);
  return unite([...delimited, ...findAddresses(text, delimited)]);
};

/** Sorts, and makes one of those that overlap. */
const unite = (masks: readonly Mask[]): Mask[] => {
  const united: Mask[] = [];
  for (const mask of masks.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = united.at(-1);
    if (last === undefined || mask.start >= last.end) united.push(mask);
    else if (mask.end > last.end) united[united.length - 1] = { ...last, end: mask.end };
  }
  return united;
};

/** Tells of a text whether a range lies in one of its masks or reaches into one. An empty range at a mask's edge does not. */
export const maskTest = (text: string): ((start: number, end: number) => boolean) => {
  const masks = findMasks(text);
  return (start, end) => touches(masks, start, end);
};

/** Whether a range lies in one of the sorted masks or reaches into one. */
export const touches = (masks: readonly Mask[], start: number, end: number): boolean => {
  let low = 0;
  let high = masks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((masks[middle]?.end ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  const mask = masks[low];
  return mask !== undefined && (start === end ? mask.start < start : mask.start < end);
};
