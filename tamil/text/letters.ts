/**
 * Tamil letters as UTF-16 code units. All of Tamil lies in U+0B80–U+0BFF, one code unit each.
 * Source: The Unicode Standard, chapter 12.6 (Tamil); Nannool, Ezhuthiyal, for the division into vowels, consonants and classes.
 */

export const OTHER = 0;
export const VOWEL = 1;
export const CONSONANT = 2;
/** A dependent vowel sign, ா to ௌ, and the length mark ௗ. */
export const SIGN = 3;
export const PULLI = 4;
export const AYTHAM = 5;

export type LetterClass =
  | typeof OTHER
  | typeof VOWEL
  | typeof CONSONANT
  | typeof SIGN
  | typeof PULLI
  | typeof AYTHAM;

const FIRST = 0x0b80;
const CLASSES = new Uint8Array(128);
for (const code of [0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8e, 0x8f, 0x90, 0x92, 0x93, 0x94]) {
  CLASSES[code - 0x80] = VOWEL;
}
for (let code = 0x95; code <= 0xb9; code++) CLASSES[code - 0x80] = CONSONANT;
for (let code = 0xbe; code <= 0xcc; code++) CLASSES[code - 0x80] = SIGN;
CLASSES[0xd7 - 0x80] = SIGN;
CLASSES[0xcd - 0x80] = PULLI;
CLASSES[0x83 - 0x80] = AYTHAM;

export const PULLI_SIGN = '்';

export const classOf = (code: number): LetterClass =>
  code >= FIRST && code < FIRST + 128 ? ((CLASSES[code - FIRST] ?? OTHER) as LetterClass) : OTHER;

const HARD_CODES = new Set(['க', 'ச', 'த', 'ப'].map((letter) => letter.charCodeAt(0)));

/** க ச த ப: the only hard consonants that begin a word, and so the only ones that double there. */
export const isDoublingConsonant = (code: number): boolean => HARD_CODES.has(code);

/** How many letters a reader counts: a consonant with its vowel sign or pulli is one. */
export const letterCount = (word: string): number => {
  let count = 0;
  for (let i = 0; i < word.length; i++) {
    const kind = classOf(word.charCodeAt(i));
    if (kind === VOWEL || kind === CONSONANT || kind === AYTHAM) count++;
  }
  return count;
};

/** The bare consonant a word ends in, when it ends in one: ப for படிப், nothing for படி. */
export const finalConsonant = (word: string): string | undefined =>
  word.length > 2 && word.endsWith(PULLI_SIGN) ? word[word.length - 2] : undefined;

/** The க ச த ப a word begins with, when it carries a vowel: ப for பள்ளி, nothing for ப்ரியா. */
export const doublingInitial = (word: string): string | undefined =>
  isDoublingConsonant(word.charCodeAt(0)) && word[1] !== PULLI_SIGN ? word[0] : undefined;
