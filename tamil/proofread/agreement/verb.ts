import { compile, readPattern } from '../word-pattern.ts';

/** Person, number and gender as the ending of a Tamil finite verb shows them. */
export type Person = '1s' | '1p' | '2s' | '2p' | '3m' | '3f' | '3h' | '3p' | '3n' | '3np';

export type Tense = 'past' | 'present' | 'future';

export interface FiniteVerb {
  readonly person: Person;
  readonly tense: Tense;
  /** The verb up to its ending, with its tense: வந்த of வந்தான். */
  readonly base: string;
}

const ENDINGS: readonly (readonly [string, Person])[] = [
  ['ார்கள்', '3p'],
  ['ீர்கள்', '2p'],
  ['னர்', '3p'],
  ['ான்', '3m'],
  ['ாள்', '3f'],
  ['ார்', '3h'],
  ['ேன்', '1s'],
  ['ோம்', '1p'],
  ['ாய்', '2s'],
  ['ீர்', '2p'],
];

const PAST = ['ந்த', 'த்த', 'ட்ட', 'ற்ற', 'ன்ற', 'ண்ட', 'ய்த', 'ின', 'ன்ன', 'ோன', 'ழுத'];
const PRESENT = ['கிற', 'கின்ற'];
const FUTURE = ['ப்ப', 'ுவ', 'ய்வ', 'ர்வ', 'ல்வ', 'ள்வ', 'ழ்வ', 'ோவ', 'ட்ப', 'ற்ப', 'ண்ப'];

const tenseOf = (base: string): Tense | undefined => {
  const ends = (endings: readonly string[]): boolean => endings.some((ending) => base.endsWith(ending));
  if (ends(PRESENT)) return 'present';
  if (ends(PAST)) return 'past';
  return ends(FUTURE) ? 'future' : undefined;
};

/** Nouns of people made like verbs: people of the house, of the land. */
const NOUNS = new Set(['வீட்டார்', 'நாட்டார்', 'கூட்டார்', 'மாற்றார்', 'சுற்றத்தார்']);

/** Verbs in -த்தான். Anything else in -த்தான் is a word with the particle தான்: அதைத்தான், மெதுவாகத்தான், அப்படித்தான். */
const STRONG = compile(readPattern('agreement/strong-verbs'));

const isParticle = (base: string, person: Person): boolean =>
  (person === '3m' && base.endsWith('த்த') && !STRONG(base)) || (person === '2s' && base.endsWith('ழுத'));

/** Reads a finite verb of a person; neuter verbs end like nouns and participles and have their own reader. */
export const readFinite = (word: string): FiniteVerb | undefined => {
  if (NOUNS.has(word)) return undefined;
  for (const [ending, person] of ENDINGS) {
    if (!word.endsWith(ending)) continue;
    const base = word.slice(0, -ending.length);
    const tense = tenseOf(base);
    if (tense === undefined || isParticle(base, person)) return undefined;
    return { person, tense, base };
  }
  return undefined;
};

/** Reads வந்தது, ஓடியது, வருகிறது, வந்தன, ஓடின, வருகின்றன. The same forms are verbal nouns: look at the place as well. */
export const readNeuter = (word: string): FiniteVerb | undefined => {
  if (word.endsWith('ியது')) return { person: '3n', tense: 'past', base: `${word.slice(0, -3)}ன` };
  if (word.endsWith('ின') && word.length > 3) return { person: '3np', tense: 'past', base: word };
  const [ending, person] = word.endsWith('து') ? (['து', '3n'] as const) : (['ன', '3np'] as const);
  if (!word.endsWith(ending)) return undefined;
  const base = word.slice(0, -ending.length);
  const tense = tenseOf(base);
  return tense === undefined || tense === 'future' ? undefined : { person, tense, base };
};

/** The verb with the ending of another person, or nothing where the stem would have to change. */
export const inflect = (verb: FiniteVerb, person: Person): string | undefined => {
  if (person !== '3n' && person !== '3np') return verb.base + personEnding(person);
  if (verb.tense === 'future') return undefined;
  if (verb.tense === 'present') {
    const stem = verb.base.replace(/(?:கிற|கின்ற)$/, '');
    return person === '3n' ? `${stem}கிறது` : `${stem}கின்றன`;
  }
  if (verb.base.endsWith('ின')) return person === '3n' ? `${verb.base.slice(0, -1)}யது` : verb.base;
  if (verb.base.endsWith('ோன')) return person === '3n' ? `${verb.base}து` : `${verb.base.slice(0, -1)}யின`;
  if (verb.base.endsWith('ன்ன')) return person === '3n' ? `${verb.base}து` : undefined;
  return verb.base + (person === '3n' ? 'து' : 'ன');
};

const personEnding = (person: Exclude<Person, '3n' | '3np'>): string => {
  const preferred = person === '2p' ? 'ீர்கள்' : ENDINGS.find(([, of]) => of === person)?.[0];
  return preferred ?? '';
};

/** Bases by tense of common verbs whose stem changes; regular ones are derived. */
const IRREGULAR: readonly (readonly [past: string, present: string, future: string])[] = [
  ['வந்த', 'வருகிற', 'வருவ'],
  ['தந்த', 'தருகிற', 'தருவ'],
  ['போன', 'போகிற', 'போவ'],
  ['சென்ற', 'செல்கிற', 'செல்வ'],
  ['செய்த', 'செய்கிற', 'செய்வ'],
  ['சொன்ன', 'சொல்கிற', 'சொல்வ'],
  ['கேட்ட', 'கேட்கிற', 'கேட்ப'],
  ['நடந்த', 'நடக்கிற', 'நடப்ப'],
  ['இருந்த', 'இருக்கிற', 'இருப்ப'],
  ['நின்ற', 'நிற்கிற', 'நிற்ப'],
  ['எழுந்த', 'எழுகிற', 'எழுவ'],
  ['பெற்ற', 'பெறுகிற', 'பெறுவ'],
  ['கற்ற', 'கற்கிற', 'கற்ப'],
  ['கண்ட', 'காண்கிற', 'காண்ப'],
  ['போட்ட', 'போடுகிற', 'போடுவ'],
  ['சாப்பிட்ட', 'சாப்பிடுகிற', 'சாப்பிடுவ'],
];

/** The verb in another tense, person kept, or nothing when its forms are not known. */
export const inTense = (verb: FiniteVerb, tense: Tense): FiniteVerb | undefined => {
  const index = { past: 0, present: 1, future: 2 } as const;
  const row = IRREGULAR.find((bases) => bases[index[verb.tense]] === verb.base) ?? regular(verb);
  return row === undefined ? undefined : { ...verb, tense, base: row[index[tense]] };
};

const regular = (verb: FiniteVerb): readonly [string, string, string] | undefined => {
  const weak = /^(.{3,})(?:ின|ுகிற|ுவ)$/u.exec(verb.base);
  if (weak !== null) return [`${weak[1]}ின`, `${weak[1]}ுகிற`, `${weak[1]}ுவ`];
  const strong = /^(.{2,})(?:த்த|க்கிற|ப்ப)$/u.exec(verb.base);
  return strong === null ? undefined : [`${strong[1]}த்த`, `${strong[1]}க்கிற`, `${strong[1]}ப்ப`];
};
