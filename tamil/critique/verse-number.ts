import type { Range } from './range.ts';

/** The number that an essay gives a verse, with the place of its digits. */
export interface GivenNumber extends Range {
  readonly number: number;
}

/** As far as this before and behind a verse its number is looked for. */
const REACH = 60;

const DIGITS = String.raw`([0-9௦-௯]{1,4})(?![0-9௦-௯]|[.:]\d)`;
const WORD = String.raw`(?:திருக்)?குற(?:ள்|ளில்|ளின்|ளும்|ளை|ட்பா)(?![\u0b80-\u0bff])`;
const NUMBER_WORD = String.raw`(?:\s*(?:எண்|எண்ணில்|பா|வரிசை\s+எண்))?`;
const BETWEEN = String.raw`[\s:.,\-–—("“‘]*`;

/** குறள் 129, குறள் எண்: 129, திருக்குறள் – 129. */
const AFTER_WORD = new RegExp(`${WORD}${NUMBER_WORD}${BETWEEN}${DIGITS}`, 'u');
/** 129-ஆவது குறள், 129ஆம் குறள். */
const BEFORE_WORD = new RegExp(`${DIGITS}\\s*[-–]?\\s*(?:ஆம்|ஆவது|வது|ம்)?\\s*${WORD}`, 'u');
/** திருக்குறள் 13:9, அதிகாரம் 13, குறள் 9: chapter and verse. */
const CHAPTER = new RegExp(
  String.raw`(?:${WORD}|அதிகாரம்)${BETWEEN}([0-9]{1,3})(?::\s*|\s*,?\s*${WORD}${BETWEEN})([0-9]{1,2})(?![0-9])`,
  'u',
);
/** (129) alone behind the verse. */
const BRACKETED = new RegExp(`^["”’».,\\s]*[([]\\s*${DIGITS}\\s*[)\\]]`, 'u');

/** Finds the number that stands beside a verse; what lies beyond its neighbours in `limits` is theirs. */
export const givenNumber = (text: string, verse: Range, limits: Range): GivenNumber | undefined => {
  const before = Math.max(limits.from, verse.from - REACH);
  const behind = Math.min(limits.to, verse.to + REACH);
  // What stands behind is nearer to its verse than what stands before.
  return inSlice(text, verse.to, behind, true) ?? inSlice(text, before, verse.from, false);
};

const inSlice = (text: string, from: number, to: number, behind: boolean): GivenNumber | undefined => {
  const slice = text.slice(from, Math.max(from, to));
  const chapter = CHAPTER.exec(slice);
  if (chapter !== null) {
    const [whole, first = '', second = ''] = chapter;
    const digits = whole.lastIndexOf(second);
    const start = whole.indexOf(first);
    const at = from + chapter.index;
    const number = (Number(first) - 1) * 10 + Number(second);
    return { number, from: at + start, to: at + digits + second.length };
  }
  const found =
    (behind ? BRACKETED.exec(slice) : null) ?? AFTER_WORD.exec(slice) ?? BEFORE_WORD.exec(slice) ?? undefined;
  const digits = found?.[1];
  if (found === undefined || digits === undefined) return undefined;
  const at = from + found.index + found[0].lastIndexOf(digits);
  return { number: numberOf(digits), from: at, to: at + digits.length };
};

const numberOf = (digits: string): number =>
  Number([...digits].map((digit) => ('௦' <= digit ? digit.charCodeAt(0) - 0x0be6 : digit)).join(''));
