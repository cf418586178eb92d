import { followsOf, stemsOf } from '../../lexicon/inflection.ts';
import { prefixTable } from '../../lexicon/prefix-table.ts';

/**
 * Misspellings and their right forms: `wrong > right`. A pair also covers the inflected forms of its word (`lexicon/inflection.ts`).
 * A pair ending in `!` covers that one form alone.
 */
export type Pairs = readonly string[];

interface Entry {
  readonly wrong: string;
  readonly right: string;
  readonly whole: boolean;
  /** What may follow in an inflected form. Without it a misspelt stem would be seen in the middle of another word. */
  readonly follows: RegExp;
}

/** None is shorter, so that all its forms begin alike. */
const SHORTEST = 3;
const ANYTHING = /^/u;
/** Letters that no ending of Tamil has: what holds them behind a misspelt stem is another word. */
const LOAN = /[ஃஜஷஸஹ]/u;

const entriesOf = (pair: string): Entry[] => {
  const [wrong = '', rest = ''] = pair.split(' > ');
  const whole = rest.endsWith('!');
  const right = whole ? rest.slice(0, -1) : rest;
  if (wrong.length < SHORTEST || right === '') throw new RangeError(`not a pair: ${pair}`);
  if (whole) return [{ wrong, right, whole, follows: ANYTHING }];
  const wrongStems = stemsOf(wrong);
  const rightStems = stemsOf(right);
  // Words of two classes have no forms in common but those that go on from the whole word.
  if (wrong.slice(-1) !== right.slice(-1) || wrongStems.length !== rightStems.length)
    return [{ wrong, right, whole, follows: followsOf(wrong) }];
  return wrongStems.map(({ beginning, follows }, at) => ({
    wrong: beginning,
    right: rightStems[at]?.beginning ?? right,
    whole,
    follows,
  }));
};

/** Compiles pairs to a function that gives a word's right form, or nothing. The longest entry wins. */
export const compileMisspellings = (pairs: Pairs): ((word: string) => string | undefined) => {
  const entries = prefixTable(
    pairs,
    (pair) => pair,
    entriesOf,
    ({ wrong }) => wrong,
  );
  return (word) => {
    const entry = entries(word)?.find(({ wrong, whole, follows }) => {
      if (whole) return word === wrong;
      if (!word.startsWith(wrong)) return false;
      const rest = word.slice(wrong.length);
      return follows.test(rest) && !LOAN.test(rest);
    });
    return entry === undefined ? undefined : entry.right + word.slice(entry.wrong.length);
  };
};
