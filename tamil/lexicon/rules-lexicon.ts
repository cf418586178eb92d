import type { Lexicon } from './lexicon.ts';
import { createListedLexicon } from './listed-lexicon.ts';

/** The lexicon that the rules ask. */
export const LEXICON: Lexicon = createListedLexicon();
