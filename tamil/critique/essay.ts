import { findVerses, type Verse } from '../kural/find-verses.ts';
import { letterCount } from '../text/letters.ts';
import { tokenize, type Word } from '../text/tokenize.ts';

/** A range of the essay in UTF-16 code units, `to` exclusive. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface Sentence extends Range {
  readonly text: string;
  readonly words: readonly Word[];
  readonly paragraph: number;
}

export type Role = 'title' | 'introduction' | 'body' | 'conclusion';

export interface Paragraph extends Range {
  readonly role: Role;
  readonly sentences: readonly Sentence[];
  readonly wordCount: number;
}

export interface Essay {
  readonly text: string;
  readonly paragraphs: readonly Paragraph[];
  readonly sentences: readonly Sentence[];
  readonly words: readonly Word[];
  /** Verses of the Kural quoted anywhere in it. */
  readonly verses: readonly Verse[];
  /** All words, of any script. */
  readonly wordCount: number;
  /** Share of the words that are Tamil, 0 to 1. */
  readonly tamilShare: number;
}

export const countWords = (text: string): number => {
  let count = 0;
  let inside = false;
  for (const character of text) {
    const blank = /\s/u.test(character);
    if (!blank && !inside) count++;
    inside = !blank;
  }
  return count;
};

/** Paragraphs are set apart by blank lines; in an essay without any, every line is one. */
const paragraphRanges = (text: string): Range[] => {
  const lines: Range[] = [];
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    if (i < text.length && text[i] !== '\n') continue;
    lines.push(trimmed(text, { from: start, to: i }));
    start = i + 1;
  }
  const filled = lines.filter((line) => line.to > line.from);
  const inner = lines.slice(lines.indexOf(filled[0] as Range), lines.indexOf(filled.at(-1) as Range) + 1);
  if (inner.every((line) => line.to > line.from)) return filled;
  const ranges: Range[] = [];
  let open: Range | undefined;
  for (const line of lines) {
    if (line.to <= line.from) {
      if (open !== undefined) ranges.push(open);
      open = undefined;
    } else open = { from: open?.from ?? line.from, to: line.to };
  }
  if (open !== undefined) ranges.push(open);
  return ranges;
};

export const trimmed = (text: string, range: Range): Range => {
  let { from, to } = range;
  while (from < to && /\s/u.test(text[from] ?? '')) from++;
  while (to > from && /\s/u.test(text[to - 1] ?? '')) to--;
  return { from, to };
};

const END_MARKS = new Set(['.', '?', '!', '…', '।']);
const CLOSERS = new Set(['”', '’', '"', "'", ')', ']', '»']);
const ABBREVIATIONS = new Set(['திரு', 'திருமதி', 'செல்வி', 'டாக்டர்', 'பேரா', 'கிமு', 'கிபி', 'எகா']);

/**
 * Sentence borders: a mark, whatever closes with it, then white space or the end. Not after a letter or two, which is an
 * abbreviation (தி. மு. க.), where `Intl.Segmenter` would break, since Tamil has no capital letters to tell them apart.
 */
const sentenceRanges = (text: string, range: Range): Range[] => {
  const ranges: Range[] = [];
  let start = range.from;
  for (let i = range.from; i < range.to; i++) {
    if (!END_MARKS.has(text[i] ?? '')) continue;
    const mark = i;
    while (i + 1 < range.to && (END_MARKS.has(text[i + 1] ?? '') || CLOSERS.has(text[i + 1] ?? ''))) i++;
    if (i + 1 < range.to && !/\s/u.test(text[i + 1] ?? '')) continue;
    if (text[mark] === '.' && endsInAbbreviation(text, start, mark)) continue;
    ranges.push(trimmed(text, { from: start, to: i + 1 }));
    start = i + 1;
  }
  ranges.push(trimmed(text, { from: start, to: range.to }));
  return ranges.filter((sentence) => sentence.to > sentence.from);
};

const endsInAbbreviation = (text: string, start: number, mark: number): boolean => {
  let from = mark;
  while (from > start && mark - from < 24 && !/[\s.,(]/u.test(text[from - 1] ?? '')) from--;
  const word = text.slice(from, mark);
  return letterCount(word) === 1 || ABBREVIATIONS.has(word) || /^\d{1,2}$/.test(word);
};

const isTitle = (text: string, range: Range, words: number): boolean =>
  words <= 8 && !END_MARKS.has(text[range.to - 1] ?? '') && !text.slice(range.from, range.to).includes('\n');

const roleOf = (index: number, count: number): Role => {
  if (count > 1 && index === 0) return 'introduction';
  return count > 2 && index === count - 1 ? 'conclusion' : 'body';
};

/** Reads an essay: paragraphs with their roles, sentences and words, all with their places. */
export const readEssay = (text: string): Essay => {
  const words = tokenize(text);
  const ranges = paragraphRanges(text).map((range) => ({
    ...range,
    wordCount: countWords(text.slice(range.from, range.to)),
  }));
  const [first] = ranges;
  const titled = first !== undefined && ranges.length > 1 && isTitle(text, first, first.wordCount);
  const count = ranges.length - (titled ? 1 : 0);
  let next = 0;
  const wordsWithin = (range: Range): Word[] => {
    const within: Word[] = [];
    for (let word = words[next]; word !== undefined && word.start < range.to; word = words[++next])
      within.push(word);
    return within;
  };
  const paragraphs = ranges.map((range, index): Paragraph => {
    const sentences = sentenceRanges(text, range).map((sentence) => ({
      ...sentence,
      text: text.slice(sentence.from, sentence.to),
      words: wordsWithin(sentence),
      paragraph: index,
    }));
    const role: Role = titled && index === 0 ? 'title' : roleOf(index - (titled ? 1 : 0), count);
    return { ...range, role, sentences };
  });
  const wordCount = ranges.reduce((sum, range) => sum + range.wordCount, 0);
  return {
    text,
    paragraphs,
    sentences: paragraphs.filter(({ role }) => role !== 'title').flatMap(({ sentences }) => sentences),
    words,
    verses: findVerses(words),
    wordCount,
    tamilShare: wordCount === 0 ? 0 : Math.min(1, words.length / wordCount),
  };
};
