import { isRight, LEXICON } from '../../lexicon/rules-lexicon.ts';
import { soundsOf } from '../../lexicon/sounds.ts';
import { stemLexicon } from '../../lexicon/stem-lexicon.ts';
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
import { looksForeign } from '../loan.ts';
import { DOUBLING } from './doubling-rules.ts';
import { type Joint, lists, matcher, sureMatcher } from './match-rules.ts';
import { NEVER_DOUBLING } from './never-rules.ts';
import { NANNOOL_165, type SandhiRule, sandhiFacts } from './sandhi-rule.ts';

const MISMATCH = sandhiFacts('mismatch', 'high', {
  reason: 'மிகும் வல்லின மெய் அடுத்த சொல்லின் முதல் வல்லின எழுத்துக்கு இனமாகவே இருக்க வேண்டும்',
  source: NANNOOL_165,
});

const STRAY = sandhiFacts('stray', 'high', {
  reason: 'அடுத்து க, ச, த, ப என்னும் எழுத்துகளில் தொடங்கும் சொல் வராதபோது வல்லினம் மிகாது',
  source: NANNOOL_165,
});

const ECHO = sandhiFacts('never-echo', 'high', {
  reason: 'இரட்டைக் கிளவியிலும் அடுக்குத் தொடரிலும் வல்லினம் மிகாது',
  source: 'தமிழ்நாட்டுப் பாடநூல், ஒன்பதாம் வகுப்பு: வல்லினம் மிகா இடங்கள்',
});

export const SANDHI_FACTS: readonly RuleFacts[] = [...DOUBLING, ...NEVER_DOUBLING, MISMATCH, STRAY, ECHO];

const doubling = matcher(DOUBLING);
const never = matcher(NEVER_DOUBLING);
const surelyDoubling = sureMatcher(DOUBLING);
const surelyNever = sureMatcher(NEVER_DOUBLING);

/** Mimetic pairs (பள பள) and repeated nouns (பாம்பு பாம்பு). Repeated participles do double: பார்க்கப் பார்க்க. */
const MIMETIC = new Set(readWords('sandhi/mimetic'));
const isEcho = (stem: string): boolean => MIMETIC.has(stem) || /(?:ம்பு|ந்து|ண்டு|ங்கு|ஞ்சு)$/.test(stem);

const SENTENCE_END = new Set(['.', '?', '!', ';']);

/**
 * Doubling of க ச த ப between two words: missing, superfluous or of the wrong letter.
 */
export const sandhiChange = (words: readonly Word[], at: number, text: string): Change | undefined => {
  const word = words[at];
  const following = words[at + 1];
  if (word === undefined || word.attached) return undefined;
  const follows = following !== undefined && following.gap === 'space' && !following.attached;
  const next = follows ? following.form : undefined;
  const preceding = word.gap === 'space' ? words[at - 1] : undefined;
  const before = preceding === undefined ? undefined : withoutDoubled(preceding.form);
  const initial = next === undefined ? undefined : doublingInitial(next);
  const final = doubledFinal(word.form);
  if (final !== undefined) {
    const joint = { word: word.form.slice(0, -2), before, next };
    return isNameLike(word) ? undefined : superfluous(joint, final, initial, text[word.end] ?? '');
  }
  if (initial === undefined || next === undefined || isLetterName(next)) return undefined;
  // பா.ஜ.க. is read by its letters.
  if (following?.named === true && letterCount(next) < 3) return undefined;
  if (LEXICON.isName(word.form)) return undefined;
  const rule = doubling({ word: word.form, before, next }) ?? (isObject(word.form) ? OBJECT : undefined);
  if (rule === undefined || !mayEndSo(word.form, rule)) return undefined;
  if (ATTRIBUTIVE.has(rule.id) && isPerson(next)) return undefined;
  const to = word.form + initial + PULLI_SIGN;
  return (isRight(word.form) && rule !== OBJECT) || lists(rule, word.form)
    ? { rule, to }
    : { rule, to, certain: false };
};

const OBJECT = DOUBLING.find(({ id }) => id === 'sandhi/accusative-noun');
/** A shorter word may as well be a noun in ஐ that the lexicon lacks: மயிலை. */
const SHORTEST_OBJECT = 6;

/** Whether a word that no list names is the second case of a noun, however it is understood: சமையலை. */
const isObject = (form: string): boolean => {
  if (!form.endsWith('ை') || form.endsWith('ினை')) return false;
  const readings = stemLexicon().analyse(form);
  return (
    readings.length > 0 &&
    readings.every(
      (reading) =>
        reading.partOfSpeech === 'noun' &&
        reading.case === 'accusative' &&
        (soundsOf(reading.stem)?.length ?? 0) >= SHORTEST_OBJECT,
    )
  );
};

/** Unknown words shorter than this are pieces of words more often than not: க்களை, துக்கு. */
const SHORTEST_UNKNOWN = 4;

/**
 * Whether a word may end as a doubling rule has it. A known word has the case that its forms say; of an unknown one only endings that
 * no other words have are believed.
 */
const mayEndSo = (form: string, rule: SandhiRule): boolean => {
  if (lists(rule, form)) return true;
  if (!isRight(form)) return rule.certain && letterCount(form) >= SHORTEST_UNKNOWN;
  const wanted = CASES.find(([beginning]) => rule.id.startsWith(beginning))?.[1];
  if (wanted === undefined) return true;
  const readings = stemLexicon().analyse(form);
  return (
    readings.some((reading) => reading.case === wanted) ||
    readings.every((reading) => reading.case !== 'nominative')
  );
};

const CASES = [
  ['sandhi/accusative', 'accusative'],
  ['sandhi/dative', 'dative'],
] as const;

/** Rules on a word that describes the noun behind it. No name is described so: வெள்ளை சுப்பையா, ஆறாவது இந்திய தவான். */
const ATTRIBUTIVE = new Set(
  ['noun-in-m', 'colour', 'quality', 'compound', 'special'].map((id) => `sandhi/${id}`),
);

const isPerson = (word: string): boolean => {
  const readings = stemLexicon().analyse(word);
  return readings.length > 0 && readings.every(({ partOfSpeech, human }) => partOfSpeech === 'name' && human);
};

/** The க ச த ப with a pulli that a word ends in. */
const doubledFinal = (form: string): string | undefined => {
  const final = finalConsonant(form);
  return final !== undefined && isDoublingConsonant(final.charCodeAt(0)) ? final : undefined;
};

const withoutDoubled = (form: string): string =>
  doubledFinal(form) === undefined ? form : form.slice(0, -2);

/** Whether the last letter is the word's own, as in a name, a loan or an abbreviation: கார்த்திக், ரீமேக், எச்.ஐ.வி. */
const isNameLike = ({ form, named }: Word): boolean =>
  named || LEXICON.isName(form) || looksForeign(form.slice(0, -2));

const superfluous = (
  joint: Joint,
  final: string,
  initial: string | undefined,
  after: string,
): Change | undefined => {
  const { word: stem, next } = joint;
  if (next === undefined && !SENTENCE_END.has(after)) return undefined;
  if (next === stem && initial === final && isEcho(stem)) return { rule: ECHO, to: stem };
  if (next === stem && (stem === 'பல' || stem === 'சில')) return undefined;
  // Where the letter is not that of the next word, it may be the word's own.
  const neverRule = initial === final ? never(joint) : surelyNever(stem);
  if (neverRule !== undefined) {
    if (isRight(stem) || lists(neverRule, stem)) return { rule: neverRule, to: stem };
    // An unknown word may end in the letter itself, above all where the next word begins with another.
    return initial === final && letterCount(stem) >= SHORTEST_UNKNOWN
      ? { rule: neverRule, to: stem, certain: false }
      : undefined;
  }
  if (initial === final || surelyDoubling(stem) === undefined) return undefined;
  if (initial !== undefined) return { rule: MISMATCH, to: stem + initial + PULLI_SIGN };
  if (next !== undefined && (next[1] === PULLI_SIGN || classOf(next.charCodeAt(0)) === OTHER))
    return undefined;
  return { rule: STRAY, to: stem };
};

/** க, சா, தூ standing alone are names of letters more often than words. */
const ONE_LETTER_WORDS = new Set(['தீ', 'பூ', 'கை', 'பை', 'தா', 'போ', 'பா', 'கா', 'தை']);
const isLetterName = (word: string): boolean => letterCount(word) < 2 && !ONE_LETTER_WORDS.has(word);
