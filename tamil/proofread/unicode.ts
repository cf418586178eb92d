import { CONSONANT, classOf, PULLI, SIGN, VOWEL } from '../text/letters.ts';
import { isZeroWidth, type Word } from '../text/tokenize.ts';
import type { Change, RuleFacts } from './finding.ts';

const fact = (id: string, certain: boolean, reason: string, source: string): RuleFacts => ({
  id: `unicode/${id}`,
  type: 'spelling',
  severity: 'high',
  certain,
  reason,
  source,
});

const COMPOSED = fact(
  'composed',
  true,
  'ஒ, ஓ, ஔ உயிர்க்குறிகள் இரண்டு துண்டுகளாக அன்றி ஒரே குறியீடாக இருக்க வேண்டும்',
  'யூனிகோடு NFC வடிவம், UAX #15',
);
const ZERO_WIDTH = fact(
  'zero-width',
  true,
  'சொல்லுக்குள் கண்ணுக்குத் தெரியாத இணைப்புக் குறியீடு இருக்கக் கூடாது',
  'யூனிகோடு தரம், தமிழ் எழுத்து',
);
const SEQUENCE = fact(
  'sequence',
  true,
  'ஓர் எழுத்துக்கு ஓர் உயிர்க்குறி அல்லது ஒரு புள்ளி மட்டுமே வரும்',
  'யூனிகோடு தரம், தமிழ் எழுத்து',
);

export const UNICODE_FACTS: readonly RuleFacts[] = [COMPOSED, ZERO_WIDTH, SEQUENCE];

/** What two signs in a row stand for. ா with another sign is a ர lost in conversion from an 8-bit font. */
const PAIRS = new Map([
  ['ாெ', 'ொ'],
  ['ாே', 'ோ'],
  ['ெெ', 'ெ'],
  ['ா்', 'ர்'],
  ['ாி', 'ரி'],
  ['ாீ', 'ரீ'],
  ['ெை', 'ை'],
  ['ேே', 'ே'],
]);

/** The independent vowel that a vowel letter and a sign after it were meant to be. */
const VOWEL_SIGNS = new Map([
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
  ['ஔ', 'ஔ'],
]);

/** Repairs the encoding of a word. A sequence with no single reading is left as it is. */
export const unicodeChange = (word: Word): Change | undefined => {
  if (!word.irregular) return undefined;
  const visible = stripZeroWidth(word.raw);
  const composed = visible.normalize('NFC');
  const to = repairSequences(composed);
  if (to === word.raw) return undefined;
  const rule = to !== composed ? SEQUENCE : visible !== word.raw ? ZERO_WIDTH : COMPOSED;
  return { rule, to };
};

/** U+200C stays in க்‌ஷ, where it keeps two letters from becoming the ligature க்ஷ. */
const stripZeroWidth = (raw: string): string => {
  const out: string[] = [];
  for (let i = 0; i < raw.length; i++) {
    const code = raw.charCodeAt(i);
    const separates = code === 0x200c && raw[i - 1] === '்' && raw[i + 1] === 'ஷ';
    if (!isZeroWidth(code) || separates) out.push(raw[i] ?? '');
  }
  return out.join('');
};

const repairSequences = (word: string): string => {
  const out: string[] = [];
  for (let i = 0; i < word.length; i++) {
    const letter = word[i] ?? '';
    const before = out.at(-1)?.at(-1) ?? '';
    const kind = classOf(letter.charCodeAt(0));
    const kindBefore = classOf(before.charCodeAt(0));
    if ((kind !== SIGN && kind !== PULLI) || kindBefore === CONSONANT) out.push(letter);
    else if (kindBefore === VOWEL) replaceLast(out, before + letter, VOWEL_SIGNS.get(before + letter));
    else if (before !== letter && (kindBefore !== SIGN || kind !== PULLI || before === 'ா')) {
      replaceLast(out, before + letter, PAIRS.get(before + letter));
    }
  }
  return out.join('');
};

const replaceLast = (out: string[], pair: string, repaired: string | undefined): void => {
  out[out.length - 1] = (out.at(-1)?.slice(0, -1) ?? '') + (repaired ?? pair);
};

/** True when a word still holds a sequence that no Tamil word has: the rules on words keep away from it. */
export const isIllFormed = (form: string): boolean => {
  let before = 0;
  for (let i = 0; i < form.length; i++) {
    const kind = classOf(form.charCodeAt(i));
    if ((kind === SIGN || kind === PULLI) && before !== CONSONANT) return true;
    before = kind;
  }
  return false;
};
