import { CONSONANT, classOf, PULLI_SIGN } from '../text/letters.ts';
import { readWords } from '../words/lists.ts';
import { type Stem, stemsOf } from './inflection.ts';
import type { Lexicon } from './lexicon.ts';
import { prefixTable } from './prefix-table.ts';

/**
 * All that may stand between a stem and the end of a form: cases and the plural behind a consonant, a vowel, the oblique of a noun in
 * -ம்; the persons of a participle. With a particle, and the letter that sandhi adds.
 */
const SUFFIX = (() => {
  const cases = 'ை|ில்|ின்|ுக்கு|ிற்கு|ால்|ாக|ாய்|ான|ிடம்|ுடன்|ோடு|ிலிருந்து|ுக்காக|ுடைய';
  const plural = `கள்|கள(?:${cases})`;
  const person = 'து|ன|ான்|ாள்|ார்|ேன்|ோம்|னர்|ார்கள்|தை|தில்|தற்கு';
  return new RegExp(
    `^(?:|்|${cases}|ய(?:${cases})|க்கு|க்காக|${plural}|த(?:${cases})|${person})(?:ும்|யும்|ே|யே)?(?:[கசதப]்)?$`,
    'u',
  );
})();

/** A lexicon of the words that the rules' lists hold anyway. */
export const createListedLexicon = (): Lexicon => {
  const names = new Set([...readWords('lexicon/names'), ...readWords('lexicon/loans')]);
  const listed = new Set([...readWords('spelling/common-words'), ...readWords('lexicon/words')]);
  const alone = new Set([...listed].filter((word) => word.endsWith('!')).map((word) => word.slice(0, -1)));
  const stems = prefixTable(
    [...listed].filter((word) => !word.endsWith('!')),
    (word) => word,
    stemsOf,
    ({ beginning }) => beginning,
  );
  const isForm = (word: string, { beginning, follows }: Stem): boolean => {
    if (!word.startsWith(beginning)) return false;
    const rest = word.slice(beginning.length);
    // A pulli stands on a consonant alone: பள்ளி் is no form of பள்ளி.
    if (rest.startsWith(PULLI_SIGN) && classOf(beginning.charCodeAt(beginning.length - 1)) !== CONSONANT)
      return false;
    return follows.test(rest) && SUFFIX.test(rest);
  };
  return {
    isName: (word) => names.has(word),
    isKnownForm: (word) => alone.has(word) || stems(word)?.some((stem) => isForm(word, stem)) === true,
  };
};
