import type { Lexicon } from './lexicon.ts';
import { createListedLexicon } from './listed-lexicon.ts';

/** The lexicon that the rules ask. */
export const LEXICON: Lexicon = createListedLexicon();

/** Whether a word is known to be right as it stands, so that no rule about the word alone may change it. */
export const isRight = (word: string): boolean => LEXICON.isName(word) || LEXICON.isKnownForm(word);
