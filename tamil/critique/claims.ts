import { touches } from '../masks/find-masks.ts';
import { compile, readPattern } from '../proofread/word-pattern.ts';
import { readWords } from '../words/lists.ts';
import type { Essay, Sentence } from './essay.ts';

export type Claim = 'date' | 'figure' | 'superlative' | 'name';

/** In this order a sentence is called after the first that it makes. */
const ORDER: readonly Claim[] = ['date', 'figure', 'superlative', 'name'];

const MONTHS = new Set(readWords('critique/months'));
const isEra = compile(readPattern('critique/eras'));
const isShare = compile(readPattern('critique/shares'));
const isMeasure = compile(readPattern('critique/figures'));
const isNumberWord = compile(readPattern('critique/number-words'));
const isNoFigure = compile(readPattern('critique/no-figures'));
const isSuperlative = compile(readPattern('critique/superlatives'));
const isCompared = compile(readPattern('critique/compared'));
const isDegree = compile(readPattern('critique/degrees'));
const isAuthor = compile(readPattern('critique/authors'));
/** What the poet of the Kural says is in it. */
const isKural = compile(readPattern('critique/kural-words'));
const isPersonal = compile(readPattern('critique/personal'));
const isDeed = compile(readPattern('critique/deeds'));
const isDemand = compile(readPattern('critique/demands'));

/** Somebody tells of himself, or asks for something: nobody asks him for a source. */
const claimsNothing = ({ words }: Sentence): boolean => {
  const last = words.at(-1)?.form ?? '';
  return isDemand(last) || /(?:ேன்|ோம்)$/u.test(last) || words.some(({ form }) => isPersonal(form));
};

/** What kinds of claim a sentence makes that a reader could ask a source for. */
export const claimsOf = (essay: Essay, sentence: Sentence): Claim[] => {
  if (claimsNothing(sentence) || sentence.text.endsWith('?')) return [];
  const { text, words } = sentence;
  const forms = words.map(({ form }) => form);
  const found = new Set<Claim>();
  for (const figure of figuresOf(essay, sentence)) found.add(figure);
  forms.forEach((form, at) => {
    const next = forms[at + 1] ?? '';
    if (isEra(form)) found.add('date');
    if (isShare(form) || (isNumberWord(form) && isMeasure(next))) found.add('figure');
    if (isSuperlative(form) || (/^மிக[ச்ப்த்க்]*$/u.test(form) && isDegree(next) && forms.some(isCompared)))
      found.add('superlative');
  });
  // Whose words they are is asked where the quotation is.
  const named = (form: string): boolean => isAuthor(form) && !isKural(form);
  if (!/["“‘]/u.test(text) && forms.some(named) && forms.slice(-2).some(isDeed)) found.add('name');
  return ORDER.filter((claim) => found.has(claim));
};

const NUMBER = /[0-9௦-௯]+(?:[.,:/\-–][0-9௦-௯]+)*/gu;
const YEAR = /^(?:1[0-9]\d\d|20\d\d)$/;
const YEARS = /^(?:1[0-9]|20)\d\d[-–](?:(?:1[0-9]|20)?\d\d)$/;
const DATE = /^\d{1,2}[.\-/]\d{1,2}[.\-/](?:\d\d|\d{4})$/;
const COUNT = /^\d{1,3}(?:,\d{2,3})+$|^\d{1,5}(?:\.\d{1,2})?$|^[௦-௯]+$/u;
/** Behind a figure its case (1947-இல், 500க்கும்), a sign of percentage or a unit in letters. */
const BEHIND = /^\s?(?:%|-?(?:ஆம்|ஆவது|இல்|இன்|க்கும்|க்கு|ல்|ஐ|ஆக)(?![\u0b80-\u0bff]))?/u;
const MONEY_BEFORE = /(?:ரூ\.?|₹|\$)\s?$/u;

/** Figures in digits that are claims. An age, a time, a class, the number of a page or of a house is none. */
const figuresOf = (essay: Essay, { text, from, words }: Sentence): Claim[] => {
  const claims: Claim[] = [];
  let at = 0;
  for (const { 0: number, index } of text.matchAll(NUMBER)) {
    const start = from + index;
    const end = start + number.length;
    if (touches(essay.masks, start, end)) continue;
    while ((words[at]?.start ?? end) < end) at++;
    const after = text.slice(end - from, end - from + 12);
    const behind = BEHIND.exec(after)?.[0] ?? '';
    // What is joined to the figure (1947இல், 500க்கும்) is no word of its own.
    const joined = words[at]?.start === end || after.startsWith('-') ? 1 : 0;
    const next = words.slice(at + joined, at + joined + 3).map(({ form }) => form);
    const before = words[at - 1]?.form ?? '';
    const money = MONEY_BEFORE.test(text.slice(Math.max(0, index - 5), index));
    const claim = claimOf(number, behind, before, next, money);
    if (claim !== undefined) claims.push(claim);
  }
  return claims;
};

const claimOf = (
  number: string,
  behind: string,
  before: string,
  next: readonly string[],
  money: boolean,
): Claim | undefined => {
  const [first = '', second = ''] = next;
  if (isNoFigure(before) || isNoFigure(first)) return undefined;
  // 12 பாரதி தெரு; but of 120 கோடி கைப்பேசி இணைப்புகள் the figure is over with கோடி.
  if (!isMeasure(first) && isNoFigure(second)) return undefined;
  if (DATE.test(number) || YEARS.test(number) || (MONTHS.has(before) && YEAR.test(number))) return 'date';
  if (COUNT.test(number) && (behind.includes('%') || money || next.some(isMeasure))) return 'figure';
  if (MONTHS.has(before) || MONTHS.has(next[0] ?? '')) return 'date';
  return YEAR.test(number) ? 'date' : undefined;
};

const isSource = compile(readPattern('critique/sources'));

/** Whether a sentence says where what it claims is from. */
export const namesSource = (essay: Essay, { from, to, words }: Sentence): boolean =>
  touches(essay.masks, from, to) || words.some(({ form }) => isSource(form));
