import { doublesAtEnd, isVowel } from './sounds.ts';
import type { Suffix, SuffixTables } from './suffix-tables.ts';

/** Sounds that a stem's forms begin with, and the state that reads their endings. */
export type Base = readonly [sounds: string, state: string];

/**
 * Classes of nouns, by what becomes of the stem before an ending.
 * m: மரம், மரத்தை. tu: வீடு, வீட்டை. u: பந்து, பந்தை. vu: பசு, பசுவை. i: மலை, மலையை. c: மீன், மீனை; கல், கல்லை. an: மாணவன், மாணவர்.
 */
export const NOUN_CLASSES = ['m', 'tu', 'u', 'vu', 'i', 'c', 'an'] as const;
export type NounClass = (typeof NOUN_CLASSES)[number];

export const isNounClass = (name: string): name is NounClass =>
  (NOUN_CLASSES as readonly string[]).includes(name);

/** The class that the ending of a noun suggests. Names have no other; of common nouns some go their own way. */
export const nounClassOf = (sounds: string): NounClass => {
  const last = sounds.at(-1) ?? '';
  if (sounds.endsWith('அம')) return 'm';
  if (sounds.endsWith('அன') && sounds.length > 3) return 'an';
  if (!isVowel(last)) return 'c';
  if (last === 'இ' || last === 'ஈ' || last === 'ஐ') return 'i';
  const short = sounds.length <= (isVowel(sounds[0]) ? 3 : 4) && !'ஆஈஊஏஓஐ'.includes(sounds.at(-3) ?? '');
  if (last !== 'உ' || short) return 'vu';
  return 'டற'.includes(sounds.at(-2) ?? '-') && isVowel(sounds.at(-3)) ? 'tu' : 'u';
};

/** The bases of a noun: its unchanging beginning, and the state of its class. */
export const nounBases = (sounds: string, nounClass: NounClass, doubles = false): Base[] => {
  const cut = sounds.slice(0, -1);
  const last = sounds.at(-1) ?? '';
  switch (nounClass) {
    case 'm':
      return [[cut, 'nounM']];
    case 'tu':
      return [[cut, cut.endsWith('ட') ? 'nounT' : 'nounR']];
    case 'u':
      return [[cut, HARD_U.test(cut) ? 'nounHardU' : 'nounU']];
    case 'vu':
      return [[sounds, 'nounVu']];
    case 'i':
      return [[sounds, 'nounI']];
    case 'an':
      return [
        [cut, 'nounAn'],
        [cut.slice(0, -1), 'vocative'],
      ];
    case 'c':
      if (doubles || doublesAtEnd(sounds) || DOUBLING_MEMBER.test(sounds)) {
        const hard = last === 'ல' ? 'ற' : last === 'ள' ? 'ட' : last;
        return [
          [sounds, `nounDoubling ${last}`],
          [`${cut}${hard}கஅள`, 'plural'],
        ];
      }
      // After another consonant a loan's last one may double or not: ஃபோர்டில், பார்க்கில்.
      if ('கடதப'.includes(last)) {
        const base: Base = [sounds, `nounDoubling ${last}`];
        return isVowel(sounds.at(-2)) ? [base] : [base, [sounds, 'consonantNoun']];
      }
      if (sounds.endsWith('ஜஅய'))
        return [
          [sounds, 'nounSemivowel'],
          [sounds, 'nounDoubling ய'],
        ];
      if (last === 'ஸ') return [[cut, 'nounS']];
      return [
        [sounds, 'யரழ'.includes(last) ? 'nounSemivowel' : 'nounC'],
        ...(HARD_PLURAL.test(sounds) ? [[`${cut}டகஅள`, 'plural'] as const] : []),
      ];
  }
};

/** Compounds whose last noun doubles its end: கடவுச்சொல், நெற்றிக்கண், களிமண், மதிப்பெண். */
const DOUBLING_MEMBER = /(?:சஒல|கஅண|மஅண|எண|பஉண)$/u;
const HARD_U = /(?:தத|டட|கக|சச|பப|றற)$/u;
/** Words in ள் that may change it before -கள் though they are long: நாட்கள், பொருட்கள், ஆட்கள். */
const HARD_PLURAL = /(?:நஆள|னஆள|பஒரஉள|^ஆள|தஆள)$/u;

const DATIVE = { case: 'dative' } as const;
/** What follows any noun's stem before a vowel, where its nominative and its oblique stem are the same. */
const ALIKE: readonly Suffix[] = [
  ['', 'oblique'],
  ['', 'nominativeVowel'],
  ['', 'obliqueDu'],
  ['', 'obliqueIrku'],
];
const behind = (ending: string, suffixes: readonly Suffix[]): Suffix[] =>
  suffixes.map(([own, next, features]) => [ending + own, next, features]);
const CONSONANT: readonly Suffix[] = [
  ['', 'afterConsonant'],
  ['', 'vowelClitic'],
  ...ALIKE,
  ['', 'obliqueAdu'],
  ['', 'firstOfCompound'],
  ['கள்', 'plural'],
];
const doubled = (letter: string): Suffix[] => [
  ['', 'afterConsonant'],
  [`${letter}்`, 'vowelClitic'],
  ...behind(`${letter}்`, ALIKE),
  ['', 'firstOfCompound'],
  ...('கடதப'.includes(letter)
    ? ([
        [`${letter}ு`, 'word'],
        ['கள்', 'plural'],
        [`${letter}ுகள்`, 'plural'],
        [`${letter}ுக்கள்`, 'plural'],
      ] as const)
    : []),
];
const short = (letter: string): Suffix[] => [
  ['உ', 'word'],
  ['', 'nominativeVowel'],
  [`${letter}்`, 'oblique'],
  [`${letter}்`, 'obliqueDu'],
  [`${letter}்`, 'obliqueIrku'],
  [`${letter}ு`, 'word', { case: 'oblique' }],
  [`${letter}ு`, 'firstOfHardCompound'],
  ['உகள்', 'plural'],
];

/** What follows the beginning of a noun, by its class. */
export const NOUN_CLASS_SUFFIXES: SuffixTables = {
  nounM: [
    ['ம்', 'word'],
    ['ம்', 'nominativeVowel'],
    ['ம்', 'firstOfCompound'],
    ['', 'attributive'],
    ['த்த்', 'oblique'],
    ['த்த்', 'obliqueIrku'],
    ['த்த்', 'obliqueDu'],
    ['த்த்', 'obliqueM'],
    ['ங்கள்', 'plural'],
  ],
  nounT: short('ட'),
  nounR: short('ற'),
  nounU: [['உ', 'word'], ...ALIKE, ['உ', 'firstOfCompound'], ['உகள்', 'plural']],
  nounHardU: [['உ', 'word'], ...ALIKE, ['உ', 'firstOfHardCompound'], ['உகள்', 'plural'], ['உக்கள்', 'plural']],
  nounVu: [
    ['', 'afterVowel'],
    ['வ்', 'vowelClitic'],
    ...behind('வ்', ALIKE),
    ['க்க்', 'dative', DATIVE],
    ['', 'firstOfHardCompound'],
    ['க்கள்', 'plural'],
    ['கள்', 'plural'],
  ],
  nounI: [
    ['', 'afterVowel'],
    ['ய்', 'vowelClitic'],
    ['ய்', 'oblique'],
    ['ய்', 'nominativeVowel'],
    ['க்க்', 'dative', DATIVE],
    ['', 'firstOfHardCompound'],
    ['கள்', 'plural'],
  ],
  nounC: CONSONANT,
  nounSemivowel: [...CONSONANT, ['', 'hardClitic'], ['க்க்', 'dative', DATIVE], ['', 'firstOfHardCompound']],
  vocative: [['ஆ', 'end', { case: 'vocative' }]],
  nounAn: [
    ['ன்', 'consonantNoun', { gender: 'masculine', number: 'singular' }],
    ['ன்', 'obliqueIrku'],
    ['ன்', 'firstOfCompound'],
    ['ர்', 'consonantNoun', { gender: 'honorific' }],
    ['ர்கள்', 'plural'],
  ],
  /** Loans in ஸ்: போலீஸை, போலீசை, பஸ்ஸை. */
  nounS: [
    ['ஸ்', 'afterConsonant'],
    ['ஸ்', 'vowelClitic'],
    ['ஸ்', 'consonantNoun'],
    ['ச்', 'consonantNoun'],
    ['ஸ்ஸ்', 'consonantNoun'],
    ['ஸ்ச்', 'consonantNoun'],
    ['ஸ்கள்', 'plural'],
    ['சுகள்', 'plural'],
  ],
  ...Object.fromEntries([...'லளணனயகடதப'].map((letter) => [`nounDoubling ${letter}`, doubled(letter)])),
};
