import { CONSONANT, classOf, type LetterClass, PULLI, SIGN, VOWEL } from '../text/letters.ts';

/** Two signs in a row, and the one that they stand for. ா before a pulli or a sign is a ர lost in conversion from an 8-bit font. */
const PAIRS = new Map([
  ['ாெ', 'ொ'],
  ['ாே', 'ோ'],
  ['ா்', 'ர்'],
  ['ாி', 'ரி'],
  ['ாீ', 'ரீ'],
  // The same behind a sign that NFC has put together with the lost ர.
  ['ொ்', 'ெர்'],
  ['ோ்', 'ேர்'],
  ['ொி', 'ெரி'],
  ['ோி', 'ேரி'],
  ['ெை', 'ை'],
  // A typing habit of whole newspapers: து and ா for தூ.
  ['ுா', 'ூ'],
]);

/** The independent vowel that a vowel letter and a sign after it were meant to be. */
const VOWELS = new Map([
  ['அா', 'ஆ'],
  ['ஆா', 'ஆ'],
  ['இி', 'இ'],
  ['ஈீ', 'ஈ'],
  ['உு', 'உ'],
  ['ஊூ', 'ஊ'],
  ['எெ', 'எ'],
  ['ஏே', 'ஏ'],
  ['ஐை', 'ஐ'],
  ['ஒொ', 'ஒ'],
  ['ஓோ', 'ஓ'],
  ['ஔௌ', 'ஔ'],
]);

const kindAt = (word: string, at: number): LetterClass => classOf(word.charCodeAt(at));
const isMark = (kind: LetterClass): boolean => kind === SIGN || kind === PULLI;

/** A word with each sign or pulli once where it stood twice in a row: தூூ, ள்். Of ாா் the second is a ர. */
export const withoutRepeatedMarks = (word: string): string => {
  let out = '';
  for (let i = 0; i < word.length; i++) {
    const repeated = word[i] === word[i - 1] && isMark(kindAt(word, i));
    if (!repeated || (word[i] === 'ா' && isMark(kindAt(word, i + 1)))) out += word[i];
  }
  return out;
};

/**
 * Repairs signs that no letter takes together. A sequence with no single reading is left as it is. `isKnown` decides where two readings
 * are left: a pulli behind a sign stands for a letter that was lost (மட்டு், குளி்ந்த) or is a slip of the key.
 */
export const repairSequences = (word: string, isKnown: (word: string) => boolean): string => {
  let out = '';
  for (let i = 0; i < word.length; i++) {
    const letter = word[i] ?? '';
    const kind = kindAt(word, i);
    const before = kindAt(out, out.length - 1);
    if (!isMark(kind) || before === CONSONANT) out += letter;
    else if (before === VOWEL)
      out = out.slice(0, -1) + (VOWELS.get((out.at(-1) ?? '') + letter) ?? (out.at(-1) ?? '') + letter);
    else if (before !== SIGN) out += before === PULLI ? '' : letter;
    else {
      const pair = (out.at(-1) ?? '') + letter;
      const repaired = PAIRS.get(pair);
      if (pair === 'ாா') out += 'ர';
      else if (repaired !== undefined) out = out.slice(0, -1) + repaired;
      else if (kind !== PULLI) out += letter;
      else if (i === word.length - 1) out += isKnown(`${out}ம்`) ? 'ம்' : '';
      else if (isBare(word, i + 1)) {
        // The pulli was typed a place too early: அரசி்ன.
        out += `${word[i + 1]}${letter}`;
        i++;
      }
      // The ர of குளிர்ந்த was lost: குளி்ந்த.
      else if (isKnown(`${out}ர${word.slice(i)}`)) out += 'ர்';
    }
  }
  return out;
};

const isBare = (word: string, at: number): boolean =>
  kindAt(word, at) === CONSONANT && !isMark(kindAt(word, at + 1));

/** Whether a word holds a sign or a pulli that stands on no consonant. */
export const isIllFormed = (word: string): boolean => {
  for (let i = 0; i < word.length; i++)
    if (isMark(kindAt(word, i)) && kindAt(word, i - 1) !== CONSONANT) return true;
  return false;
};
