import { CONSONANT, classOf, letterCount, VOWEL } from '../text/letters.ts';
import type { Word } from '../text/tokenize.ts';
import { readWords } from '../words/lists.ts';
import type { Change, RuleFacts } from './finding.ts';

const SOURCE = 'தொல்காப்பியம், எழுத்ததிகாரம், குற்றியலுகரப் புணரியல்: முதலீர் எண்ணின்முன் உயிர் வருகாலை';

const BEFORE_VOWEL: RuleFacts = {
  id: 'article/before-vowel',
  type: 'grammar',
  severity: 'medium',
  certain: false,
  reason: 'உயிரெழுத்தில் தொடங்கும் சொல்லுக்கு முன் ‘ஒரு’ என்பது ‘ஓர்’ ஆகும்',
  source: SOURCE,
};
const BEFORE_CONSONANT: RuleFacts = {
  id: 'article/before-consonant',
  type: 'grammar',
  severity: 'medium',
  certain: false,
  reason: 'மெய்யெழுத்தில் தொடங்கும் சொல்லுக்கு முன் ‘ஓர்’ என்பது ‘ஒரு’ ஆகும்',
  source: SOURCE,
};

export const ARTICLE_FACTS: readonly RuleFacts[] = [BEFORE_VOWEL, BEFORE_CONSONANT];

/** Numerals and abbreviations spelt out begin with a vowel but are read as they stand. */
const NOT_A_NOUN = new Set(readWords('article/not-a-noun'));

const IN_A_NUMBER = /(?:ண்ட|ன்ற|ான்க|[ஐை]ந்த|ற|ழ|ட்ட|ன்பத|த்த|ூற|யிரத்த)ில்$/u;

/** Two words alone in quotation marks are spoken of, not used. */
const isMention = (text: string, start: number, end: number): boolean =>
  /[‘“'"«]/.test(text[start - 1] ?? '') && /[’”'"»]/.test(text[end] ?? '');

/** ஒரு before a consonant, ஓர் before a vowel. ஓர் யானை is accepted by some, so ய is never flagged after ஓர். */
export const articleChange = (words: readonly Word[], at: number, text: string): Change | undefined => {
  const word = words[at];
  const next = words[at + 1];
  if (word === undefined) return undefined;
  if (word.form !== 'ஒரு' && word.form !== 'ஓர்') return undefined;
  if (word.attached || next === undefined || next.gap !== 'space' || next.attached) return undefined;
  if (letterCount(next.form) < 2 || NOT_A_NOUN.has(next.form)) return undefined;
  // எம்.எல்.ஏ. is read by its letters; in ஐந்தில் ஒரு the word is a number.
  if (isMention(text, word.start, next.end) || next.named || IN_A_NUMBER.test(words[at - 1]?.form ?? ''))
    return undefined;
  const initial = classOf(next.form.charCodeAt(0));
  if (word.form === 'ஒரு' && initial === VOWEL) return { rule: BEFORE_VOWEL, to: 'ஓர்' };
  if (word.form === 'ஓர்' && initial === CONSONANT && next.form[0] !== 'ய')
    return { rule: BEFORE_CONSONANT, to: 'ஒரு' };
  return undefined;
};
