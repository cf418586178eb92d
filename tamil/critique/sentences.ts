import { touches } from '../masks/find-masks.ts';
import type { Mask } from '../masks/mask.ts';
import { letterCount } from '../text/letters.ts';
import { readWords } from '../words/lists.ts';
import { type Range, trimmed } from './range.ts';

const END_MARKS = new Set(['.', '?', '!', '…', '।']);
const CLOSERS = new Set(['”', '’', '"', "'", ')', ']', '»', '*', '_']);
const ABBREVIATIONS = new Set(readWords('critique/abbreviations'));

/** Whether a line ends as a sentence does: with a mark, and whatever closes with it. */
export const endsSentence = (text: string, { from, to }: Range): boolean => {
  let at = to - 1;
  while (at > from && CLOSERS.has(text[at] ?? '')) at--;
  return END_MARKS.has(text[at] ?? '');
};

/**
 * Sentence borders: a mark, whatever closes with it, then white space or the end. Not in what is masked, nor after a letter or two, which
 * is an abbreviation (தி. மு. க.), where `Intl.Segmenter` would break, since Tamil has no capital letters to tell them apart.
 */
export const sentenceRanges = (text: string, range: Range, masks: readonly Mask[]): Range[] => {
  const ranges: Range[] = [];
  let start = range.from;
  for (let i = range.from; i < range.to; i++) {
    if (!END_MARKS.has(text[i] ?? '')) continue;
    const mark = i;
    while (i + 1 < range.to && (END_MARKS.has(text[i + 1] ?? '') || CLOSERS.has(text[i + 1] ?? ''))) i++;
    if (i + 1 < range.to && !/\s/u.test(text[i + 1] ?? '')) continue;
    if (touches(masks, mark, mark + 1)) continue;
    if (i + 1 < range.to && text[mark] === '.' && endsInAbbreviation(text, start, mark)) continue;
    if (goesOn(text, i + 1, range.to)) continue;
    ranges.push(trimmed(text, { from: start, to: i + 1 }));
    start = i + 1;
  }
  ranges.push(trimmed(text, { from: start, to: range.to }));
  return ranges.filter((sentence) => sentence.to > sentence.from);
};

/** After what was said in quotation marks the sentence goes on: “வா!” என்று அழைத்தான். And a source in brackets belongs to what it is of. */
const GOES_ON = /^\s+(?:என(?:்ற|்பத|்னும|்ப|க்|ச்|த்|ப்|வும்|\s)|\([^()\n]{0,60}\)\s*[.?!]?(?:\s|$))/u;

const goesOn = (text: string, at: number, limit: number): boolean =>
  GOES_ON.test(text.slice(at, Math.min(limit, at + 80)));

const endsInAbbreviation = (text: string, start: number, mark: number): boolean => {
  let from = mark;
  while (from > start && mark - from < 24 && !/[\s.,(]/u.test(text[from - 1] ?? '')) from--;
  const word = text.slice(from, mark);
  return letterCount(word) === 1 || ABBREVIATIONS.has(word) || /^\d{1,2}$/.test(word);
};
