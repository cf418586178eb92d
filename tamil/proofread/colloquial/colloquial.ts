import { isListed, isRight } from '../../lexicon/rules-lexicon.ts';
import { withoutSandhi } from '../../lexicon/stem-lexicon.ts';
import { letterCount } from '../../text/letters.ts';
import type { Word } from '../../text/tokenize.ts';
import { readWords } from '../../words/lists.ts';
import type { Change, RuleFacts } from '../finding.ts';
import { compileMisspellings } from '../spelling/misspellings.ts';
import { writtenEnding } from './spoken-endings.ts';

const fact = (id: string, reason: string): RuleFacts => ({
  id: `colloquial/${id}`,
  type: 'style',
  severity: 'medium',
  certain: false,
  reason,
  source: 'தமிழ்நாட்டுப் பாடநூல்: பேச்சுத் தமிழும் எழுத்துத் தமிழும்',
});

const SPOKEN_WORD = fact('word', 'இது பேச்சு வழக்கு; எழுத்து வழக்கில் வேறு வடிவம் வரும்');
const SPOKEN_VERB = fact('verb', 'இது பேச்சு வழக்கு வினை வடிவம்; எழுத்து வழக்கில் வினையின் வடிவம் முழுமையாக வரும்');

const SPOKEN_CASE = fact('case', 'இது பேச்சு வழக்கு வேற்றுமை உருபு; எழுத்து வழக்கில் உருபு முழுமையாக வரும்');
const CASE_ENDING = /(?:ுல|ள்ல|ோட|ுக்குள்ள)$/u;

export const COLLOQUIAL_FACTS: readonly RuleFacts[] = [SPOKEN_WORD, SPOKEN_VERB, SPOKEN_CASE];

const SPOKEN = readWords('colloquial/words');
const spokenWord = compileMisspellings(SPOKEN);
/** Spoken words are words: the lexicon knows many. */
const SPOKEN_WORDS = new Set(SPOKEN.map((pair) => pair.slice(0, pair.indexOf(' '))));

const PRESENT_ENDING = /(?:ன்|ள்|ர்|ம்)$/;
const spokenPresent = compileMisspellings(readWords('colloquial/present'));

/** Spoken forms, outside quotations: what a person is quoted as saying stays as it was said. */
export const colloquialChange = (word: Word): Change | undefined => {
  if (word.attached || word.quoted || word.named || isListed(word.form) || letterCount(word.form) < 2)
    return undefined;
  const known = isRight(word.form);
  if (known && !SPOKEN_WORDS.has(withoutSandhi(word.form))) return undefined;
  const written = spokenWord(word.form);
  if (written !== undefined && written !== word.form) {
    return { rule: SPOKEN_WORD, to: writtenEnding(written) ?? written };
  }
  if (known) return undefined;
  const ending = writtenEnding(word.form);
  if (ending !== undefined) {
    return { rule: CASE_ENDING.test(word.form) ? SPOKEN_CASE : SPOKEN_VERB, to: ending };
  }
  const present = PRESENT_ENDING.test(word.form) ? spokenPresent(word.form) : undefined;
  return present === undefined ? undefined : { rule: SPOKEN_VERB, to: present };
};
