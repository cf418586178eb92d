import { readWords } from '../words/lists.ts';
import { type Stem, stemsOf } from './inflection.ts';
import type { Lexicon } from './lexicon.ts';

/** Stems are found by their first three code units. */
const KEY = 3;

/** A lexicon of the words that the rules' lists hold anyway, with what their endings allow. */
export const createListedLexicon = (): Lexicon => {
  const names = new Set([...readWords('lexicon/names'), ...readWords('lexicon/loans')]);
  const stems = new Map<string, Stem[]>();
  for (const word of new Set([...readWords('spelling/common-words'), ...readWords('lexicon/words')])) {
    for (const stem of stemsOf(word)) {
      const key = stem.beginning.slice(0, KEY);
      const list = stems.get(key);
      if (list === undefined) stems.set(key, [stem]);
      else list.push(stem);
    }
  }
  return {
    isName: (word) => names.has(word),
    isKnownForm: (word) =>
      stems
        .get(word.slice(0, KEY))
        ?.some(
          ({ beginning, follows }) =>
            word.startsWith(beginning) && follows.test(word.slice(beginning.length)),
        ) === true,
  };
};
