import {
  classOf,
  doublingInitial,
  finalConsonant,
  isDoublingConsonant,
  letterCount,
  OTHER,
  PULLI_SIGN,
} from '../../text/letters.ts';
import type { Word } from '../../text/tokenize.ts';
import { readWords } from '../../words/lists.ts';
import type { Change, RuleFacts } from '../finding.ts';
import { compile } from '../word-pattern.ts';
import { DOUBLING } from './doubling-rules.ts';
import { NEVER_DOUBLING } from './never-rules.ts';
import { isNounForm, mayBeSubject } from './noun-form.ts';
import { NANNOOL_165, type SandhiRule, sandhiFacts } from './sandhi-rule.ts';

const MISMATCH = sandhiFacts('mismatch', 'certain', {
  reason: 'மிகும் வல்லின மெய் அடுத்த சொல்லின் முதல் வல்லின எழுத்துக்கு இனமாகவே இருக்க வேண்டும்',
  source: NANNOOL_165,
});

const STRAY = sandhiFacts('stray', 'certain', {
  reason: 'அடுத்து க, ச, த, ப என்னும் எழுத்துகளில் தொடங்கும் சொல் வராதபோது வல்லினம் மிகாது',
  source: NANNOOL_165,
});

const ECHO = sandhiFacts('never-echo', 'high', {
  reason: 'இரட்டைக் கிளவியிலும் அடுக்குத் தொடரிலும் வல்லினம் மிகாது',
  source: 'தமிழ்நாட்டுப் பாடநூல், ஒன்பதாம் வகுப்பு: வல்லினம் மிகா இடங்கள்',
});

export const SANDHI_FACTS: readonly RuleFacts[] = [...DOUBLING, ...NEVER_DOUBLING, MISMATCH, STRAY, ECHO];

const beginsWith = (beginning: string, following: string): boolean => following.startsWith(beginning);

const nextOf = (rule: SandhiRule): ((next: string, word: string) => boolean) | undefined => {
  const { pairs, next } = rule;
  if (pairs !== undefined) {
    const fits = rule.id === 'sandhi/compound' ? isNounForm : beginsWith;
    return (following, word) =>
      pairs.get(word)?.some((beginning) => fits(beginning, following)) === true &&
      !(fits === isNounForm && mayBeSubject(word, following));
  }
  return next === undefined ? undefined : compile(next);
};

const ready = (rules: readonly SandhiRule[]) =>
  rules.map((rule) => ({
    rule,
    word: rule.pairs === undefined ? compile(rule.word) : (word: string) => rule.pairs?.has(word) === true,
    next: nextOf(rule),
    notNext: rule.notNext === undefined ? undefined : compile(rule.notNext),
  }));

const doubling = ready(DOUBLING);
const never = ready(NEVER_DOUBLING);

/** Asks whether a rule could apply, whatever follows. */
const ANY = '*';

const find = (
  rules: ReturnType<typeof ready>,
  word: string,
  next: string | undefined,
): SandhiRule | undefined => {
  for (const entry of rules) {
    if (!entry.word(word) || (next === ANY && (entry.rule.contextual || entry.rule.pairs))) continue;
    if (entry.next !== undefined && next !== ANY && !(next !== undefined && entry.next(next, word))) continue;
    if (next !== undefined && next !== ANY && entry.notNext?.(next)) continue;
    return entry.rule;
  }
  return undefined;
};

/** Mimetic pairs (பள பள) and repeated nouns (பாம்பு பாம்பு). Repeated participles do double: பார்க்கப் பார்க்க. */
const MIMETIC = new Set(readWords('sandhi/mimetic'));
const isEcho = (stem: string): boolean => MIMETIC.has(stem) || /(?:ம்பு|ந்து|ண்டு|ங்கு|ஞ்சு)$/.test(stem);

const SENTENCE_END = new Set(['.', '?', '!', ';']);

/**
 * Doubling of க ச த ப between two words: missing, superfluous or of the wrong letter.
 */
export const sandhiChange = (words: readonly Word[], at: number, text: string): Change | undefined => {
  const word = words[at];
  const next = words[at + 1];
  if (word === undefined || word.attached) return undefined;
  const follows = next !== undefined && next.gap === 'space' && !next.attached ? next.form : undefined;
  const initial = follows === undefined ? undefined : doublingInitial(follows);
  const final = finalConsonant(word.form);
  if (final !== undefined && isDoublingConsonant(final.charCodeAt(0))) {
    return superfluous(word.form, final, follows, initial, text[word.end] ?? '.');
  }
  if (initial === undefined || follows === undefined || isLetterName(follows)) return undefined;
  const rule = find(doubling, word.form, follows);
  return rule === undefined ? undefined : { rule, to: word.form + initial + PULLI_SIGN };
};

const superfluous = (
  form: string,
  final: string,
  follows: string | undefined,
  initial: string | undefined,
  after: string,
): Change | undefined => {
  const stem = form.slice(0, -2);
  const ended = follows === undefined && SENTENCE_END.has(after);
  if (follows === undefined && !ended) return undefined;
  if (follows === stem && initial === final && isEcho(stem)) return { rule: ECHO, to: stem };
  if (follows === stem && (stem === 'பல' || stem === 'சில')) return undefined;
  const neverRule = find(never, stem, follows);
  if (neverRule !== undefined) return { rule: neverRule, to: stem };
  if (find(doubling, stem, ANY) === undefined) return undefined;
  if (initial === final) return undefined;
  if (initial !== undefined) return { rule: MISMATCH, to: stem + initial + PULLI_SIGN };
  if (follows !== undefined && (follows[1] === PULLI_SIGN || classOf(follows.charCodeAt(0)) === OTHER))
    return undefined;
  return { rule: STRAY, to: stem };
};

/** க, சா, தூ standing alone are names of letters more often than words. */
const ONE_LETTER_WORDS = new Set(['தீ', 'பூ', 'கை', 'பை', 'தா', 'போ', 'பா', 'கா', 'தை']);
const isLetterName = (word: string): boolean => letterCount(word) < 2 && !ONE_LETTER_WORDS.has(word);
