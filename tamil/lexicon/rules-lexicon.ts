import type { Lexicon } from './lexicon.ts';
import { createListedLexicon } from './listed-lexicon.ts';
import { stemLexicon, withoutSandhi } from './stem-lexicon.ts';

const LISTED = createListedLexicon();

/** The lexicon that the rules ask: what their own lists hold, and the stems. */
export const LEXICON: Lexicon = {
  isKnownForm: (word) => stemLexicon().isKnownForm(word) || LISTED.isKnownForm(word),
  isName: (word) => LISTED.isName(word) || stemLexicon().isName(word),
};

interface Verdict {
  readonly listed: boolean;
  readonly right: boolean;
}

/** Verdicts remembered by word: each family of rules asks of each word, and a text repeats its words. */
const REMEMBERED = 20_000;
const remembered = new Map<string, Verdict>();

const judge = (word: string): Verdict => {
  const known = remembered.get(word);
  if (known !== undefined) return known;
  const listed = LISTED.isName(word) || LISTED.isKnownForm(word);
  const verdict = { listed, right: listed || stemLexicon().isName(word) || stemLexicon().isKnownForm(word) };
  if (remembered.size >= REMEMBERED) remembered.clear();
  remembered.set(word, verdict);
  return verdict;
};

/** Whether a word is known to be right as it stands, so that no rule about the word alone may change it. */
export const isRight = (word: string): boolean => judge(word).right;

/** Whether the rules' own lists hold a word or a form of it: they were written word by word, and the stems reach further. */
export const isListed = (word: string): boolean => judge(word).listed;

/** The one of several words that is known; one of the lists' own before others. Nothing where none is known, or several are. */
export const onlyKnown = (words: readonly string[]): string | undefined => {
  const known = words.filter(LISTED.isKnownForm);
  const [one, ...others] = known.length > 0 ? known : words.filter(LEXICON.isKnownForm);
  return others.length > 0 ? undefined : one;
};

/** Whether a word is right, or is so without the consonant that sandhi added at its end. */
export const isRightInSentence = (word: string): boolean => isRight(word) || isRight(withoutSandhi(word));
