import { PULLI_SIGN } from './letters.ts';

/**
 * Wrong words and their right forms, as text: `wrong>right` pairs set apart by blanks. A pair also covers the inflected forms of
 * its word: a noun in -ம் with its oblique -த்து and plural -ங்கள், a word in any other consonant with what its final pulli turns
 * into, any other word with whatever follows it. A pair ending in `!` covers that one form alone.
 */
export type Pairs = string;

interface Entry {
  readonly wrong: string;
  readonly right: string;
  readonly whole: boolean;
}

/** Entries are found by their first three code units; none may be shorter. */
const KEY = 3;

const entriesOf = (pair: string): Entry[] => {
  const [wrong = '', rest = ''] = pair.split('>');
  const whole = rest.endsWith('!');
  const right = whole ? rest.slice(0, -1) : rest;
  if (wrong.length < KEY || right === '') throw new RangeError(`not a pair: ${pair}`);
  if (whole) return [{ wrong, right, whole }];
  if (wrong.endsWith('ம்') && right.endsWith('ம்')) {
    return ['ம', 'த்', 'ங்'].map((next) => ({
      wrong: wrong.slice(0, -2) + next,
      right: right.slice(0, -2) + next,
      whole: false,
    }));
  }
  const bare = wrong.endsWith(PULLI_SIGN) && right.endsWith(PULLI_SIGN);
  return [
    { wrong: bare ? wrong.slice(0, -1) : wrong, right: bare ? right.slice(0, -1) : right, whole: false },
  ];
};

/** Compiles pairs to a function that gives a word's right form, or nothing. The longest entry wins. */
export const compileLexicon = (pairs: Pairs): ((word: string) => string | undefined) => {
  const table = new Map<string, Entry[]>();
  for (const pair of pairs.trim().split(/\s+/)) {
    for (const entry of entriesOf(pair)) {
      const key = entry.wrong.slice(0, KEY);
      const list = table.get(key);
      if (list === undefined) table.set(key, [entry]);
      else list.push(entry);
    }
  }
  for (const list of table.values()) list.sort((a, b) => b.wrong.length - a.wrong.length);
  return (word) => {
    const list = table.get(word.slice(0, KEY));
    const entry = list?.find(({ wrong, whole }) => (whole ? word === wrong : word.startsWith(wrong)));
    return entry === undefined ? undefined : entry.right + word.slice(entry.wrong.length);
  };
};
