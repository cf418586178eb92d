import { isInvisible, isJoiner } from '../encoding/invisible.ts';
import { findMasks } from '../masks/find-masks.ts';
import type { Mask } from '../masks/mask.ts';
import { AYTHAM, CONSONANT, classOf, OTHER, PULLI, SIGN, VOWEL } from './letters.ts';

/** What lies between a word and the one before it. */
export type Gap = 'space' | 'line' | 'other' | 'none';

/** A run of Tamil letters. `start` and `end` are UTF-16 code units of the text. */
export interface Word {
  readonly start: number;
  readonly end: number;
  readonly raw: string;
  /** The word as the rules see it: first as written, then as each rule family leaves it. */
  form: string;
  /** What separates it from the word before. `space`: blanks only, on the same line. */
  readonly gap: Gap;
  /** Touches a letter or digit of another script, or carries a foreign mark: rules on endings keep away. */
  readonly attached: boolean;
  /** Holds zero-width characters or a sequence of signs that no Tamil letter has. */
  readonly irregular: boolean;
  /** Inside quotation marks. */
  readonly quoted: boolean;
  /** A part of an abbreviation with dots (எச்.ஐ.வி), or a name that stands beside it in Latin letters: what it ends in is no grammar. */
  readonly named: boolean;
}

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09 || code === 0xa0;
const isLine = (code: number): boolean =>
  code === 0x0a || code === 0x0d || code === 0x2028 || code === 0x2029;

const CLOSING = new Map([
  [0x201c, 0x201d],
  [0x2018, 0x2019],
  [0xab, 0xbb],
  [0x22, 0x22],
  [0x27, 0x27],
]);
/** @ # _: what follows or precedes them is a handle, a tag or an identifier. */
const ATTACHING = new Set([0x40, 0x23, 0x5f]);
/** Letters and digits of other scripts, and all that joins the character before it into one grapheme. */
const FOREIGN = /[\p{L}\p{N}\p{M}]|\u200c|\u200d|[\u{1f3fb}-\u{1f3ff}]/u;

/** Quotations longer than this are taken for a stray quotation mark. */
const QUOTATION_LIMIT = 1000;

/**
 * Splits a text into Tamil words in one pass. Whatever is not a Tamil word (other scripts, digits, emoji, punctuation, what is masked) is
 * only seen as the gap between words, so that no range a rule makes can cut into it.
 */
export const tokenize = (text: string, masks: readonly Mask[] = findMasks(text)): Word[] => {
  const words: Word[] = [];
  let i = 0;
  let gap: Gap = 'other';
  let quotedUntil = 0;
  let foreignBefore = false;
  let masked = 0;
  const quotation = quotationFinder(text);
  while (i < text.length) {
    const mask = masks[masked];
    if (mask !== undefined && i >= mask.start) {
      // A tag in a word divides it; a tag beside a word does not touch it.
      foreignBefore = mask.kind !== 'tag' || foreignBefore || gap === 'none';
      gap = 'other';
      i = mask.end;
      masked++;
      continue;
    }
    const code = text.charCodeAt(i);
    const kind = classOf(code);
    if (kind === VOWEL || kind === CONSONANT || kind === AYTHAM || startsAfterZeroWidth(text, i, mask)) {
      const word = readWord(text, i, gap, foreignBefore, i < quotedUntil, mask);
      words.push(word);
      i = word.end;
      gap = 'none';
      foreignBefore = false;
      continue;
    }
    gap = widen(gap, code);
    if (i >= quotedUntil && !foreignBefore) quotedUntil = Math.max(quotedUntil, quotation(i));
    foreignBefore = isForeign(text, i);
    i += unitsAt(text, i);
  }
  return words;
};

const widen = (gap: Gap, code: number): Gap => {
  if (gap === 'other') return gap;
  if (isBlank(code)) return gap === 'line' ? gap : 'space';
  return isLine(code) ? 'line' : 'other';
};

/** Zero-width characters before a word belong to it when a blank or nothing comes before them: they are what is wrong with it. */
const startsAfterZeroWidth = (text: string, at: number, mask: Mask | undefined): boolean => {
  if (!isJoiner(text.charCodeAt(at))) return false;
  if (at > 0 && !isBlank(text.charCodeAt(at - 1)) && !isLine(text.charCodeAt(at - 1))) return false;
  let i = at;
  while (i < text.length && i - at < 4 && isJoiner(text.charCodeAt(i))) i++;
  const kind = classOf(text.charCodeAt(i));
  return (kind === VOWEL || kind === CONSONANT || kind === AYTHAM) && i < (mask?.start ?? text.length);
};

const readWord = (
  text: string,
  start: number,
  gap: Gap,
  foreignBefore: boolean,
  quoted: boolean,
  mask: Mask | undefined,
): Word => {
  const limit = mask?.start ?? text.length;
  let irregular = false;
  let before: number = OTHER;
  let i = start;
  for (; i < limit; i++) {
    const code = text.charCodeAt(i);
    const kind = classOf(code);
    if (kind === OTHER) {
      if (!isInvisible(code) || !tamilFollows(text, i)) break;
      irregular = true;
      continue;
    }
    if ((kind === SIGN || kind === PULLI) && before !== CONSONANT) irregular = true;
    before = kind;
  }
  const raw = text.slice(start, i);
  const attached = foreignBefore || (i === mask?.start ? touchesMask(text, mask) : isForeign(text, i));
  return { start, end: i, raw, form: raw, gap, attached, irregular, quoted, named: isNamed(text, start, i) };
};

const isNamed = (text: string, start: number, end: number): boolean =>
  (text[start - 1] === '.' && isLetter(text, start - 2)) ||
  (text[end] === '.' && isLetter(text, end + 1)) ||
  isGlossed(text, start, end);

/** ஹார்திக் (Hardik), Hardik (ஹார்திக்). */
const isGlossed = (text: string, start: number, end: number): boolean => {
  const opened = text[end] === ' ' ? end + 1 : end;
  if (text[opened] === '(' && /^\(\s?[A-Z]/.test(text.slice(opened, opened + 3))) return true;
  return text[start - 1] === '(' && /[A-Za-z]\s?$/.test(text.slice(Math.max(0, start - 3), start - 1));
};

const isLetter = (text: string, at: number): boolean =>
  classOf(text.charCodeAt(at)) !== OTHER || isForeign(text, at);

/** Whether a word that ends where a mask begins is a part of something longer. */
const touchesMask = (text: string, mask: Mask): boolean =>
  mask.kind !== 'tag' || classOf(text.charCodeAt(mask.end)) !== OTHER || isForeign(text, mask.end);

const tamilFollows = (text: string, at: number): boolean => {
  let i = at;
  while (i < text.length && i - at < 4 && isInvisible(text.charCodeAt(i))) i++;
  return classOf(text.charCodeAt(i)) !== OTHER;
};

const unitsAt = (text: string, at: number): number => ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);

const isForeign = (text: string, at: number): boolean => {
  if (at >= text.length) return false;
  const code = text.charCodeAt(at);
  if (code < 0x80) return isAsciiLetter(code) || (code >= 0x30 && code <= 0x39) || ATTACHING.has(code);
  if (code >= 0x2010 && code <= 0x2027) return false;
  return FOREIGN.test(text.slice(at, at + unitsAt(text, at)));
};

const isAsciiLetter = (code: number): boolean =>
  (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);

/**
 * Finds where the quotation that opens at a place ends; 0 when none opens there or it does not end within its paragraph.
 * What was once searched in vain is not searched again, so that a text of nothing but quotation marks costs one pass.
 */
const quotationFinder = (text: string) => {
  const searchedTo = new Map<number, number>();
  return (at: number): number => {
    const code = text.charCodeAt(at);
    const mark = CLOSING.get(code);
    if (mark === undefined) return 0;
    const limit = Math.min(text.length, at + QUOTATION_LIMIT);
    let i = Math.max(at + 1, searchedTo.get(mark) ?? 0);
    for (; i < limit && text.charCodeAt(i) !== 0x0a; i++) if (text.charCodeAt(i) === mark) return i;
    searchedTo.set(mark, i);
    return 0;
  };
};
