import { findPart } from '../kural/find-verses.ts';
import { compile, readPattern } from '../proofread/word-pattern.ts';
import type { Word } from '../text/tokenize.ts';
import type { Essay } from './essay.ts';
import { countWords, type Range } from './range.ts';

const LONGEST = 1000;
const SHORTEST_WORDS = 3;
/** Words beside a quotation that tell what it is. */
const WORDS_BEFORE = 8;
const WORDS_AFTER = 6;
/** Words of the sentence before that may say whose words follow. */
const LEADING_WORDS = 4;
/** More words than any part of a verse has. */
const VERSE_WORDS = 12;
/** Fewer words in quotation marks, of nobody, are a name or a way of speaking. */
const UNATTRIBUTED_WORDS = 4;

const CLOSING = new Map([
  ['“', '”'],
  ['‘', '’'],
  ['«', '»'],
  ['"', '"'],
  ['„', '”'],
]);

/** A quotation, without its marks. */
export interface Quotation extends Range {
  /** The essay says of whom or of which work it is. */
  readonly attributed: boolean;
  /** It says that it is a verse of the Kural. */
  readonly ofKural: boolean;
  /** It says where it is found: the work, or what stands behind it in brackets. */
  readonly sourced: boolean;
}

/** What is in quotation marks. One that does not end within its limit is none. */
const quotedRanges = (text: string, shortest: number): Range[] => {
  const ranges: Range[] = [];
  const unclosed = new Set<string>();
  for (let i = 0; i < text.length; i++) {
    const mark = CLOSING.get(text[i] ?? '');
    if (mark === undefined || unclosed.has(mark)) continue;
    const end = text.indexOf(mark, i + 1);
    if (end < 0) unclosed.add(mark);
    if (end < 0 || end - i > LONGEST) continue;
    if (countWords(text.slice(i + 1, end)) >= shortest) ranges.push({ from: i + 1, to: end });
    i = end;
  }
  return ranges;
};

const isAuthor = compile(readPattern('critique/authors'));
const isWork = compile(readPattern('critique/works'));
const isKural = compile(readPattern('critique/kural-words'));
const isSaying = compile(readPattern('critique/sayings'));
const isSpeech = compile(readPattern('critique/speech'));
const isPersonal = compile(readPattern('critique/personal'));

/** Something said to somebody, and no text that could be looked up. */
const ADDRESSES = /[?!]\s*$/u;
const BRACKETED_SOURCE = /^["”’»'\s.,]*[([–—-]\s*[\u0b80-\u0bff]{2,}/u;

/**
 * Quotations of a text that a reader could look up. What a child says, a proverb or a slogan is none; whose words they are is told by what
 * stands beside them in the sentence.
 */
export const quotations = (essay: Essay): Quotation[] => {
  const near = neighbourReader(essay);
  const about = isAboutAuthor(essay);
  return quotedRanges(essay.text, SHORTEST_WORDS).flatMap((range) => {
    const { before, after, within } = near(range);
    const has = (test: (word: string) => boolean, words: readonly Word[] = [...before, ...after]): boolean =>
      words.some(({ form }) => test(form));
    const bracketed = BRACKETED_SOURCE.test(essay.text.slice(range.to, range.to + 40));
    const isPart =
      within.length <= VERSE_WORDS && findPart(essay.text.slice(range.from, range.to)) !== undefined;
    const ofKural = isPart || has(isKural);
    const sourced = bracketed || has(isWork);
    if (!ofKural && !sourced && has(isSaying)) return [];
    const addresses = ADDRESSES.test(essay.text.slice(range.from, range.to));
    const own = about && !addresses && has(isSpeech);
    const attributed = ofKural || sourced || own || namesAuthor(before) || namesAuthor(after);
    const said = has(isSpeech) || has(isPersonal, within) || addresses;
    // ஓர் அறிஞர் is nobody: of whom it is remains to be said.
    if (!attributed && !has(isAuthor) && (said || within.length < UNATTRIBUTED_WORDS)) return [];
    return [{ ...range, attributed, ofKural, sourced }];
  });
};

/** Whether words name an author. ஓர் அறிஞர் names none. */
const namesAuthor = (words: readonly Word[]): boolean =>
  words.some(({ form }, at) => isAuthor(form) && !/^(?:ஓர்|ஒரு)$/u.test(words[at - 1]?.form ?? ''));

/** Whether an essay is about an author, by its headings: what is said in it is his, unless it is somebody else's. */
const isAboutAuthor = ({ headings, words }: Essay): boolean => {
  let at = 0;
  return headings.some(({ from, to }) => {
    while ((words[at]?.start ?? from) < from) at++;
    for (let word = words[at]; word !== undefined && word.start < to; word = words[++at])
      if (isAuthor(word.form)) return true;
    return false;
  });
};

/** So many times somebody speaks in a story. */
const STORY = 2;

/** Whether an essay tells a story, in which people speak to each other. */
export const tellsStory = (essay: Essay): boolean => {
  const near = neighbourReader(essay);
  const spoken = quotedRanges(essay.text, 1).filter((range) => {
    const { before, after } = near(range);
    const beside = [...before, ...after];
    if (beside.some(({ form }) => isAuthor(form) || isWork(form) || isKural(form) || isSaying(form)))
      return false;
    return ADDRESSES.test(essay.text.slice(range.from, range.to)) || after.some(({ form }) => isSpeech(form));
  });
  return spoken.length >= STORY;
};

/** Reads the words in a quotation and those beside it in its sentence. Quotations come in their order. */
const neighbourReader = ({ text, words }: Essay) => {
  let next = 0;
  return ({ from, to }: Range): { before: Word[]; after: Word[]; within: Word[] } => {
    while ((words[next]?.start ?? from) < from) next++;
    const first = next;
    let last = first;
    while ((words[last]?.start ?? to) < to) last++;
    return {
      before: wordsBefore(text, words.slice(Math.max(0, first - WORDS_BEFORE), first), from),
      after: wordsAfter(text, words.slice(last, last + WORDS_AFTER), to),
      within: words.slice(first, last),
    };
  };
};

const wordsBefore = (text: string, words: readonly Word[], until: number): Word[] => {
  const cut = words.findLastIndex((word, at) =>
    /[.?!]["”’»)]*\s|\n\s*\n/u.test(text.slice(word.end, words[at + 1]?.start ?? until)),
  );
  const own = words.slice(cut + 1);
  if (own.length > 0) return own;
  // The sentence before says whose words follow: வள்ளுவர் கூறுகிறார். “…”
  const last = words.at(-1);
  const leading = words.slice(-LEADING_WORDS);
  const between = text.slice(leading[0]?.start ?? until, until);
  return last !== undefined && isSpeech(last.form) && !/["”’»]/u.test(between) ? leading : [];
};

const wordsAfter = (text: string, words: readonly Word[], from: number): Word[] => {
  const cut = words.findIndex((word, at) =>
    endsBetween(text, at === 0 ? from : (words[at - 1]?.end ?? from), word.start),
  );
  return cut < 0 ? [...words] : words.slice(0, cut);
};

/** A sentence ends between two places; what ends within the marks of the quotation is its own end. */
const endsBetween = (text: string, from: number, to: number): boolean =>
  /[.?!…]\s|\n\s*\n|[“‘«„]/u.test(text.slice(from, to));
