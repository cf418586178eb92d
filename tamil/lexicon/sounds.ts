import { AYTHAM, CONSONANT, classOf, PULLI_SIGN, SIGN, VOWEL } from '../text/letters.ts';

/*
 * A word as its sounds: a consonant is its letter, a vowel its independent letter, அ written out. வீட்டை is வஈடடஐ, so that an ending
 * is added by writing it behind (வஈடட + இல), whatever the Tamil script makes of it.
 */

const VOWELS = 'ஆஇஈஉஊஎஏஐஒஓஔ';
const SIGNS = 'ாிீுூெேைொோௌ';
const VOWEL_OF_SIGN = new Map([...SIGNS].map((sign, at) => [sign, VOWELS[at] ?? '']));
const SIGN_OF_VOWEL = new Map([...VOWELS].map((vowel, at) => [vowel, SIGNS[at] ?? '']));
SIGN_OF_VOWEL.set('அ', '');

/** Before a vowel letter within a word: எம்எல்ஏ is not எம்மெல்லே. */
const APART = '-';

export const isVowel = (sound: string | undefined): boolean =>
  sound !== undefined && classOf(sound.charCodeAt(0)) === VOWEL;

/** The sounds of a word or an ending; undefined where it is no run of Tamil letters: a sign after a sign. */
export const soundsOf = (word: string): string | undefined => {
  let sounds = '';
  for (let i = 0; i < word.length; i++) {
    const kind = classOf(word.charCodeAt(i));
    const letter = word[i] ?? '';
    if (kind === CONSONANT) {
      const after = word[i + 1];
      const vowel = after === PULLI_SIGN ? '' : (VOWEL_OF_SIGN.get(after ?? '') ?? 'அ');
      // ஶ்ரீ and ஸ்ரீ are two encodings of one word.
      sounds += (letter === 'ஶ' ? 'ஸ' : letter) + vowel;
      if (vowel !== 'அ') i++;
    } else if (kind === AYTHAM || (kind === VOWEL && i === 0)) sounds += letter;
    else if (kind === VOWEL) sounds += APART + letter;
    else return undefined;
    if (classOf(word.charCodeAt(i + 1)) === SIGN) return undefined;
  }
  return sounds;
};

/** The sounds of a word of this project's lists, which is Tamil. Throws if it is not. */
export const soundsOfKnown = (word: string): string => {
  const sounds = soundsOf(word);
  if (sounds === undefined) throw new Error(`${word} is no run of Tamil letters`);
  return sounds;
};

/** The word in Tamil script. */
export const wordOf = (sounds: string): string => {
  let word = '';
  for (let i = 0; i < sounds.length; i++) {
    const sound = sounds[i] ?? '';
    if (sound === APART) continue;
    word += sound;
    if (classOf(sound.charCodeAt(0)) !== CONSONANT) continue;
    const sign = SIGN_OF_VOWEL.get(sounds[i + 1] ?? '');
    word += sign ?? PULLI_SIGN;
    if (sign !== undefined) i++;
  }
  return word;
};

const SHORT = 'அஇஉஎஒ';
export const isShortVowel = (sound: string | undefined): boolean =>
  sound !== undefined && sound !== '' && SHORT.includes(sound);

/** One syllable with a short vowel and a consonant at its end, which doubles before a vowel: கல், கண், நெய். */
export const doublesAtEnd = (sounds: string): boolean => {
  const last = sounds.at(-1) ?? '';
  const at = sounds.length - 2;
  return (
    'லளணனய'.includes(last) && isShortVowel(sounds[at]) && (at === 0 || (at === 1 && !isVowel(sounds[0])))
  );
};

/** A word as it stands before an ending that begins with a vowel: its short உ goes, other vowels take ய் or வ், கல் doubles. */
export const beforeVowel = (sounds: string, whole = true): string => {
  const last = sounds.at(-1);
  if (last === 'உ' && !(whole && keepsU(sounds))) return sounds.slice(0, -1);
  if (last === 'இ' || last === 'ஈ' || last === 'ஐ' || last === 'ஏ') return `${sounds}ய`;
  if (isVowel(last)) return `${sounds}வ`;
  return whole && doublesAtEnd(sounds) ? sounds + last : sounds;
};

/** A word of two short syllables keeps its உ before a vowel: பசு, அணு, அது; not மாடு, கதவு. */
export const keepsU = (sounds: string): boolean =>
  sounds.length === (isVowel(sounds[0]) ? 3 : 4) && isShortVowel(sounds.at(-3));
