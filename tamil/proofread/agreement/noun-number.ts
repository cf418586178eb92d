import { type Reading, stemLexicon } from '../../lexicon/stem-lexicon.ts';
import { readWords } from '../../words/lists.ts';
import { compile } from '../word-pattern.ts';

const COUNTS = readWords('agreement/counts');
const COUNT = new Set(COUNTS.flatMap((word) => ['', 'க்', 'ச்', 'த்', 'ப்'].map((end) => word + end)));

/** Says how many: பல, மூன்று. A consonant that the next word doubled may stand at its end. */
export const isCount = (form: string): boolean => COUNT.has(form);

/** Words of measure in the plural say how much or how long, and not who: பத்து நாட்கள் இருந்தது. */
const MEASURES = readWords('agreement/measures');
const isMeasure = compile({ endings: MEASURES, words: MEASURES });

/** Whether a word has readings, and every one is such. */
const isOnly = (form: string, test: (reading: Reading) => boolean): boolean => {
  const readings = stemLexicon().analyse(form);
  return readings.length > 0 && readings.every(test);
};

const isPlural = ({ partOfSpeech, number, case: grammaticalCase }: Reading): boolean =>
  partOfSpeech === 'noun' && number === 'plural' && grammaticalCase === undefined;

/** Whether a word is things in the plural and the nominative, however it is understood: மரங்கள், கிளிகள். */
export const isPluralThing = (form: string): boolean =>
  form.endsWith('கள்') && !isMeasure(form) && isOnly(form, (reading) => isPlural(reading) && !reading.human);

/** The same of persons: பெண்கள், குழந்தைகள். */
export const isPluralPerson = (form: string): boolean =>
  form.endsWith('கள்') && isOnly(form, (reading) => isPlural(reading) && reading.human);

/** Whether a word is one man, in the nominative: மாணவன். A name is not: of நிர்மலா சீதாராமன் it tells nothing. */
export const isMan = (form: string): boolean =>
  form.endsWith('ன்') &&
  isOnly(form, ({ partOfSpeech, human, gender, case: grammaticalCase }) => {
    const nominative = grammaticalCase === undefined || grammaticalCase === 'nominative';
    return partOfSpeech === 'noun' && human && gender === 'masculine' && nominative;
  });

/** Whether a word is a thing in the nominative, which before a verb of a person is what is done: தேர்வு, பாடம். */
export const isBareThing = (form: string): boolean => {
  const readings = stemLexicon()
    .analyse(form)
    .filter(({ form: shape }) => shape !== 'imperative');
  return readings.length > 0 && readings.every(isThing);
};

const isThing = ({ partOfSpeech, human, form, case: grammaticalCase }: Reading): boolean =>
  partOfSpeech === 'noun' && !human && form === undefined && grammaticalCase === undefined;

/** The dative of a pronoun that goes its own way: நமக்கு. */
const DATIVE = /க்கு(?:[கசதப]்)?$/u;

/** Whether a word is a pronoun in the accusative or the dative: நமக்கு, அவர்களை. */
export const isPronounObject = (form: string): boolean =>
  isOnly(
    form,
    ({ partOfSpeech, case: grammaticalCase }) =>
      partOfSpeech === 'pronoun' &&
      (grammaticalCase === 'accusative' ||
        grammaticalCase === 'dative' ||
        (grammaticalCase === undefined && DATIVE.test(form))),
  );
