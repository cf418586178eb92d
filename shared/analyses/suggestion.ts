import type { Range } from './range.ts';

/** In a text of this length or more, a suggestion that changes most of it is a rewrite. */
const REWRITE_FROM = 200;
/** A correction of a few letters may add at most so much. */
const MAX_GROWTH = 200;

/**
 * Whether a suggestion is a correction of its place: it changes something, does not rewrite most of the text,
 * does not translate, and deletes only what a reader would not miss.
 */
export function isCorrection(text: string, { start, end }: Range, suggestion: string): boolean {
  const excerpt = text.slice(start, end);
  if (suggestion === excerpt || !suggestion.isWellFormed()) return false;
  if (suggestion.trim() === '' && !isDispensable(text, start, end)) return false;
  if (hasTamil(excerpt) && !hasTamil(suggestion) && /[A-Za-z]{2}/.test(suggestion)) return false;
  if (suggestion.length > 2 * excerpt.length + MAX_GROWTH) return false;
  return text.length < REWRITE_FROM || changedUnits(excerpt, suggestion) <= text.length / 2;
}

export const hasTamil = (words: string): boolean => /\p{Script=Tamil}/u.test(words);

/** Anything that is no word, or a word that stands next to the same word. */
function isDispensable(text: string, start: number, end: number): boolean {
  const words = text.slice(start, end).trim();
  if (!/[\p{L}\p{N}]/u.test(words)) return true;
  const before = text.slice(0, start).trimEnd();
  const after = text.slice(end).trimStart();
  return isTail(before, words) || isHead(after, words);
}

const isTail = (text: string, words: string): boolean =>
  text.endsWith(words) && !/[\p{L}\p{M}\p{N}]/u.test(text.charAt(text.length - words.length - 1));
const isHead = (text: string, words: string): boolean =>
  text.startsWith(words) && !/[\p{L}\p{M}\p{N}]/u.test(text.charAt(words.length));

/** The length of the part of the excerpt that differs, between the common beginning and the common end. */
function changedUnits(excerpt: string, suggestion: string): number {
  const shorter = Math.min(excerpt.length, suggestion.length);
  let head = 0;
  while (head < shorter && excerpt[head] === suggestion[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && excerpt.at(-1 - tail) === suggestion.at(-1 - tail)) tail += 1;
  return excerpt.length - head - tail;
}
