import { compile } from '../word-pattern.ts';
import { isNounForm, mayBeSubject } from './noun-form.ts';
import type { SandhiRule } from './sandhi-rule.ts';

/** A word between its neighbours. */
export interface Joint {
  /** Without a consonant that sandhi added. */
  readonly word: string;
  /** The word before, on the same line, without a consonant that sandhi added. */
  readonly before: string | undefined;
  /** The word behind, when nothing but blanks is between. */
  readonly next: string | undefined;
}

type Test = (joint: Joint) => boolean;

const ready = (rule: SandhiRule): Test => {
  const { pairs } = rule;
  const word = compile(rule.word);
  const before = rule.before === undefined ? undefined : compile(rule.before);
  const next = rule.next === undefined ? undefined : compile(rule.next);
  const notNext = rule.notNext === undefined ? undefined : compile(rule.notNext);
  if (pairs !== undefined) return pairTest(rule.id, pairs);
  return (joint) =>
    word(joint.word) &&
    (before === undefined || (joint.before !== undefined && before(joint.before))) &&
    (next === undefined || (joint.next !== undefined && next(joint.next))) &&
    (joint.next === undefined || !notNext?.(joint.next));
};

const pairTest =
  (id: string, pairs: NonNullable<SandhiRule['pairs']>): Test =>
  ({ word, next }) => {
    if (next === undefined) return false;
    const beginnings = pairs.get(word);
    if (beginnings === undefined) return false;
    if (id !== 'sandhi/compound') return beginnings.some((beginning) => next.startsWith(beginning));
    return beginnings.some((beginning) => isNounForm(beginning, next)) && !mayBeSubject(word, next);
  };

/** Finds the first of the rules that a joint falls under. */
export const matcher = (rules: readonly SandhiRule[]): ((joint: Joint) => SandhiRule | undefined) => {
  const tests = rules.map((rule) => [rule, ready(rule)] as const);
  return (joint) => tests.find(([, test]) => test(joint))?.[0];
};

/** Finds the first of the rules whose list names a word itself, or whose ending no other word has, whatever stands beside it. */
export const sureMatcher = (rules: readonly SandhiRule[]): ((word: string) => SandhiRule | undefined) => {
  const tests = rules
    .filter(
      (rule) =>
        rule.contextual === undefined &&
        rule.pairs === undefined &&
        rule.before === undefined &&
        rule.next === undefined,
    )
    .map((rule) => {
      const listed = new Set((rule.word.words ?? []).filter((word) => word.length >= SHORTEST));
      const ending = rule.sureEndings === true ? compile(rule.word) : undefined;
      return [rule, (word: string) => listed.has(word) || ending?.(word) === true] as const;
    });
  return (word) => tests.find(([, test]) => test(word))?.[0];
};

const LISTED = new Map<SandhiRule, ReadonlySet<string>>();

/** Whether a rule's list names a word itself, and not only its ending. */
export const lists = (rule: SandhiRule, word: string): boolean => {
  const listed = LISTED.get(rule) ?? new Set([...(rule.word.words ?? []), ...(rule.pairs?.keys() ?? [])]);
  LISTED.set(rule, listed);
  return listed.has(word);
};

/** With a consonant behind it a word of one letter is a loan more often than not: அப், எச். */
const SHORTEST = 2;
