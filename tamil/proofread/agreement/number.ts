import type { Word } from '../../text/tokenize.ts';
import { readWords } from '../../words/lists.ts';
import type { Change, RuleFacts } from '../finding.ts';
import { compile } from '../word-pattern.ts';

/** What a count before a plural noun shows: the noun is many, and the verb of being beside it has to say so. */
export const NUMBER: RuleFacts = {
  id: 'agreement/number',
  type: 'grammar',
  severity: 'high',
  certain: false,
  reason: 'பன்மை எழுவாய்க்குப் பன்மை வினைமுற்றே வரும்',
  source: 'தொல்காப்பியம், சொல்லதிகாரம், கிளவியாக்கம்',
};

const BEING = new Map([
  ['உள்ளது', 'உள்ளன'],
  ['இருக்கிறது', 'இருக்கின்றன'],
  ['இருக்கின்றது', 'இருக்கின்றன'],
  ['இருந்தது', 'இருந்தன'],
]);

const COUNT = new Set(
  readWords('agreement/counts').flatMap((word) => ['', 'க்', 'ச்', 'த்', 'ப்'].map((end) => word + end)),
);

/** Things in the plural. */
const THINGS = compile({
  endings: ['ங்கள்', 'ைகள்', 'ுகள்', 'ிகள்'],
  exceptEndings: readWords('agreement/measures'),
});

/** பல மரங்கள் உள்ளது, at the end of its sentence. */
export const numberChange = (words: readonly Word[], at: number, text: string): Change | undefined => {
  const word = words[at];
  const to = BEING.get(word?.form ?? '');
  const noun = words[at - 1];
  if (word === undefined || to === undefined || noun === undefined || word.attached) return undefined;
  if (word.gap !== 'space' || noun.gap !== 'space' || !/^[.!]?$/u.test(text[word.end] ?? ''))
    return undefined;
  return THINGS(noun.form) && COUNT.has(words[at - 2]?.form ?? '') ? { rule: NUMBER, to } : undefined;
};
