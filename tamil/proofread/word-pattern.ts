import { CONSONANT, classOf } from '../text/letters.ts';
import { readSections } from '../words/lists.ts';

/**
 * Which words a rule is about, as data. A word matches when it is listed, or ends in one of the endings without being excepted.
 * Everything is compared in the written form, so 'த்தை' is the ending of மரத்தை.
 */
export interface WordPattern {
  readonly words?: readonly string[];
  /** A word must be longer than its ending. */
  readonly endings?: readonly string[];
  /** Any word that ends in a consonant with its inherent அ. */
  readonly bareEnding?: true;
  /** A word must be longer than its beginning, or be it. For short lists only. */
  readonly beginnings?: readonly string[];
  /** Whole words that `endings` or `bareEnding` would catch wrongly. */
  readonly except?: readonly string[];
  /** Ends of words that `endings` or `bareEnding` would catch wrongly. */
  readonly exceptEndings?: readonly string[];
}

/**
 * Reads entries as a pattern: `word`, `-ending`, `beginning-`, each with `!` in front if it is excepted; `@list` stands for the entries of
 * another list, `!@list` excepts them.
 */
export const patternOf = (entries: readonly string[]): WordPattern => {
  const words: string[] = [];
  const endings: string[] = [];
  const beginnings: string[] = [];
  const except: string[] = [];
  const exceptEndings: string[] = [];
  const add = (entry: string): void => {
    if (entry.startsWith('!')) addExcepted(entry.slice(1));
    else if (entry.startsWith('@')) for (const other of listed(entry)) add(other);
    else if (entry.startsWith('-')) endings.push(entry.slice(1));
    else if (entry.endsWith('-')) beginnings.push(entry.slice(0, -1));
    else words.push(entry);
  };
  const addExcepted = (entry: string): void => {
    if (entry.startsWith('@')) for (const other of listed(entry)) addExcepted(other);
    else if (entry.startsWith('-')) exceptEndings.push(entry.slice(1));
    else except.push(entry);
  };
  for (const entry of entries) add(entry);
  return { words, endings, beginnings, except, exceptEndings };
};

const listed = (entry: string): readonly string[] => readSections(entry.slice(1)).get('') ?? [];

/** The pattern that a list in `words/` describes. */
export const readPattern = (name: string): WordPattern => patternOf(readSections(name).get('') ?? []);

/** Endings by their last two code units, so that a word is compared with a handful and not with all. */
const byTail = (endings: readonly string[]): ReadonlyMap<string, readonly string[]> =>
  Map.groupBy(endings, (ending) => ending.slice(-2));

const endsInOne = (table: ReadonlyMap<string, readonly string[]>, word: string, longer: 0 | 1): boolean => {
  const list = table.get(word.slice(-2));
  if (list === undefined) return false;
  for (const ending of list) if (word.length >= ending.length + longer && word.endsWith(ending)) return true;
  return false;
};

const endsBare = (word: string): boolean => classOf(word.charCodeAt(word.length - 1)) === CONSONANT;

/** Compiles a pattern to a test. Endings of one code unit are not supported: no rule is that broad. */
export const compile = (pattern: WordPattern): ((word: string) => boolean) => {
  const words = new Set(pattern.words);
  const endings = byTail(pattern.endings ?? []);
  const except = new Set(pattern.except);
  const exceptEndings = byTail(pattern.exceptEndings ?? []);
  const beginnings = pattern.beginnings ?? [];
  return (word) =>
    words.has(word) ||
    beginnings.some((beginning) => word.startsWith(beginning)) ||
    ((endsInOne(endings, word, 1) || (pattern.bareEnding === true && endsBare(word))) &&
      !except.has(word) &&
      !endsInOne(exceptEndings, word, 0));
};
