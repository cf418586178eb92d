import { isBoundary, type Range } from '../../analyses/range.ts';

/** How far from the even cut a better border is looked for, as a share of a part. */
const SLACK = 0.25;

/**
 * Cuts a text into the fewest ranges of at most `max` units, about equally long, that together are the whole text. Each cut
 * lies at the nearest end of a paragraph, else of a sentence, else of a word, else between two letters.
 */
export function splitText(text: string, max: number): Range[] {
  const ranges: Range[] = [];
  let start = 0;
  while (text.length - start > max) {
    const left = text.length - start;
    const count = Math.ceil(left / max);
    const even = left / count;
    const least = Math.max(1, left - (count - 1) * max, Math.floor(even * (1 - SLACK)));
    const most = Math.min(max, Math.ceil(even * (1 + SLACK)));
    const end = start + nearestCut(text.slice(start, start + most + 1), least, most, even);
    ranges.push({ start, end });
    start = end;
  }
  ranges.push({ start, end: text.length });
  return ranges;
}

function nearestCut(text: string, least: number, most: number, wanted: number): number {
  for (const cuts of [paragraphEnds, sentenceEnds, wordEnds, letterEnds]) {
    const near = cuts(text)
      .filter((at) => at >= least && at <= most)
      .sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted));
    if (near[0] !== undefined) return near[0];
  }
  return isBoundary(text, most) ? most : Math.max(1, most - 1);
}

const paragraphEnds = (text: string): number[] =>
  [...text.matchAll(/\n\s*/g)].map((gap) => gap.index + gap[0].length);
const sentenceEnds = (text: string): number[] => segmentEnds(text, 'sentence');
const wordEnds = (text: string): number[] =>
  [...text.matchAll(/\s+/g)].map((gap) => gap.index + gap[0].length);
const letterEnds = (text: string): number[] => segmentEnds(text, 'grapheme');

export const segmentEnds = (text: string, granularity: 'sentence' | 'grapheme'): number[] =>
  Array.from(
    new Intl.Segmenter('ta', { granularity }).segment(text),
    ({ index, segment }) => index + segment.length,
  );
