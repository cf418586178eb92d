import type { Edit } from '../../lexicon/nearest.ts';
import { isRightInSentence } from '../../lexicon/rules-lexicon.ts';
import { stemLexicon } from '../../lexicon/stem-lexicon.ts';
import { letterCount } from '../../text/letters.ts';
import type { Word } from '../../text/tokenize.ts';
import { readWords } from '../../words/lists.ts';
import type { Change, RuleFacts, Severity } from '../finding.ts';
import { looksForeign } from '../loan.ts';
import { nearestKnown } from './nearest-known.ts';

const fact = (id: string, severity: Severity, reason: string): RuleFacts => ({
  id: `spelling/${id}`,
  type: 'spelling',
  severity,
  certain: false,
  reason,
  source: 'சென்னைப் பல்கலைக்கழகத் தமிழ்ப் பேரகராதி',
});

const MAYANGOLI = fact('mayangoli', 'high', 'இச்சொல்லில் மயங்கொலி எழுத்து இடம் மாறியுள்ளது');
const LETTER = fact('letter', 'medium', 'இச்சொல்லில் குறில், நெடில், ஒற்று ஆகியவற்றுள் ஒன்று மாறியுள்ளது');
const LOST_LETTER = fact('lost-letter', 'low', 'இச்சொல்லில் ஓர் எழுத்து மாறியுள்ளது அல்லது விடுபட்டுள்ளது');

export const UNKNOWN_WORD_FACTS: readonly RuleFacts[] = [MAYANGOLI, LETTER, LOST_LETTER];

/** The fewer writers make a slip, the likelier the word is one that the lexicon lacks. */
const RULE_OF: Readonly<Record<Edit, RuleFacts>> = {
  letter: MAYANGOLI,
  length: LETTER,
  doubling: LETTER,
  pulli: LETTER,
  vowel: LOST_LETTER,
  lost: LOST_LETTER,
};

/** Changes remembered by word: a text repeats its words. */
const REMEMBERED = 20_000;
const remembered = new Map<string, Change | undefined>();

/** A word that nothing knows, with the one known form that it was meant for. Names, loans and abbreviations are left alone. */
export const unknownWordChange = (word: Word): Change | undefined => {
  if (word.attached || word.named || letterCount(word.form) < SHORTEST) return undefined;
  if (remembered.has(word.form)) return remembered.get(word.form);
  const change = changeOf(word.form);
  if (remembered.size >= REMEMBERED) remembered.clear();
  remembered.set(word.form, change);
  return change;
};

const SHORTEST = 3;

/** Rare words beside a common one. */
const REAL_BEGINNINGS = new Set(
  readWords('spelling/real-words')
    .map((word) => (word.endsWith('ம்') ? word.slice(0, -2) : word))
    .filter((beginning) => beginning.length > 3),
);
const LONGEST_BEGINNING = Math.max(...[...REAL_BEGINNINGS].map(({ length }) => length));

const beginsLikeRealWord = (form: string): boolean => {
  for (let end = 4; end <= Math.min(form.length, LONGEST_BEGINNING); end++)
    if (REAL_BEGINNINGS.has(form.slice(0, end))) return true;
  return false;
};

const changeOf = (form: string): Change | undefined => {
  if (isRightInSentence(form) || looksForeign(form) || beginsLikeRealWord(form)) return undefined;
  const near = nearestKnown(stemLexicon(), form);
  return near === undefined ? undefined : { rule: RULE_OF[near.edit], to: near.word };
};
