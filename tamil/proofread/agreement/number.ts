import { stemLexicon } from '../../lexicon/stem-lexicon.ts';
import type { Word } from '../../text/tokenize.ts';
import type { Change, RuleFacts } from '../finding.ts';
import { isCount, isPluralThing } from './noun-number.ts';
import { inflect, readNeuter } from './verb.ts';

/** A noun in the plural right before its verb: the verb has to be plural as well. */
export const NUMBER: RuleFacts = {
  id: 'agreement/number',
  type: 'grammar',
  severity: 'high',
  certain: false,
  reason: 'பன்மை எழுவாய்க்குப் பன்மை வினைமுற்றே வரும்',
  source: 'தொல்காப்பியம், சொல்லதிகாரம், கிளவியாக்கம்',
};

const BEING = new Map([
  ['இருக்கிறது', 'இருக்கின்றன'],
  ['இருக்கின்றது', 'இருக்கின்றன'],
  ['இருந்தது', 'இருந்தன'],
]);

/** A passive (வெட்டப்பட்டது), or a verb in -படு, which has no object: பயன்படுகிறது. What is called so (எனப்படுகிறது) may be another thing. */
const hasNoObject = (form: string): boolean =>
  stemLexicon()
    .analyse(form)
    .some(
      ({ partOfSpeech, stem, joined, form: shape }) =>
        partOfSpeech === 'verb' &&
        stem !== 'என்' &&
        shape !== 'verbal noun' &&
        (joined ?? stem).endsWith('படு'),
    );

const pluralOf = (form: string, counted: boolean): string | undefined => {
  // பல வசதிகள் உள்ளது says what is there; வசதிகள் உள்ளது may say what has them.
  if (form === 'உள்ளது') return counted ? 'உள்ளன' : undefined;
  const being = BEING.get(form);
  if (being !== undefined) return being;
  const verb = /து$/u.test(form) ? readNeuter(form) : undefined;
  return verb?.person === '3n' && hasNoObject(form) ? inflect(verb, '3np') : undefined;
};

/** மரங்கள் பயன்படுகிறது, பல மரங்கள் உள்ளது, at the end of their sentence. */
export const numberChange = (words: readonly Word[], at: number, text: string): Change | undefined => {
  const word = words[at];
  const noun = words[at - 1];
  if (word === undefined || noun === undefined || word.attached || noun.attached) return undefined;
  if (word.gap !== 'space' || !word.form.endsWith('து') || !noun.form.endsWith('கள்')) return undefined;
  if (!/^[.!]?$/u.test(text[word.end] ?? '')) return undefined;
  const to = pluralOf(word.form, noun.gap === 'space' && isCount(words[at - 2]?.form ?? ''));
  return to !== undefined && isPluralThing(noun.form) ? { rule: NUMBER, to } : undefined;
};
