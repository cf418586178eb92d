import { PULLI_SIGN } from '../../text/letters.ts';

/**
 * Misspellings and their right forms: `wrong > right`. A pair also covers the inflected forms of its word: a noun in -ம் with its oblique
 * -த்து and plural -ங்கள், a word in any other consonant with what its final pulli turns into, any other word with what may follow it.
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

/** After a noun's last consonant: its pulli, or a case ending and particles. மின்னல் is not in மின்னழுத்தம். */
const AFTER_CONSONANT =
  /^(?:்(?:$|[கசதபமந])|ை(?:$|[கசதப]்|ய[ுேோா])|து|ி(?:ற்|ல்|லி|லு|லே|ன்|னு|னா|னை|னி|டம்|டமி|டமு)|ு(?:க்|ள்|ம்|ட|$)|ா(?:க|ன|ல்|லு|லே|ய்|வ|$)|ே|ோ(?:டு|ர))/u;
const AFTER_M = /^(?:்(?:$|தா|கூ|போ|வரை)|ா(?:க|ன|ய்|வ|யி|கி)|ு[்ம]|ே|ி[லன])/u;
/** After a vowel no case ending begins with another vowel: பேரணி takes பேரணியிடம், and பேரனிடம் is பேரன். */
const AFTER_SIGN = /^(?!ல்|லி|லு|டம்|டமி|டமு|ன்$|னால்)/u;
const AFTER_PARTICIPLE = /^(?!ிய|லை|ளை|றி|யிறு)/u;
const ANYTHING = /^/u;

const followsOf = (stem: string): RegExp => {
  if (/ி$/u.test(stem)) return AFTER_SIGN;
  return /[தடற]$/u.test(stem) ? AFTER_PARTICIPLE : ANYTHING;
};

/** Entries are found by their first three code units; none may be shorter. */
const KEY = 3;

const entriesOf = (pair: string): Entry[] => {
  const [wrong = '', rest = ''] = pair.split(' > ');
  const whole = rest.endsWith('!');
  const right = whole ? rest.slice(0, -1) : rest;
  if (wrong.length < KEY || right === '') throw new RangeError(`not a pair: ${pair}`);
  if (whole) return [{ wrong, right, whole, follows: ANYTHING }];
  if (wrong.endsWith('ம்') && right.endsWith('ம்')) {
    const endings = [
      ['ம', AFTER_M],
      ['த்', /^த/u],
      ['ங்', /^க[ளல]/u],
    ] as const;
    return endings.map(([next, follows]) => ({
      wrong: wrong.slice(0, -2) + next,
      right: right.slice(0, -2) + next,
      whole: false,
      follows,
    }));
  }
  const bare = wrong.endsWith(PULLI_SIGN) && right.endsWith(PULLI_SIGN);
  return [
    {
      wrong: bare ? wrong.slice(0, -1) : wrong,
      right: bare ? right.slice(0, -1) : right,
      whole: false,
      follows: bare ? AFTER_CONSONANT : followsOf(wrong),
    },
  ];
};

/** Compiles pairs to a function that gives a word's right form, or nothing. The longest entry wins. */
export const compileMisspellings = (pairs: Pairs): ((word: string) => string | undefined) => {
  const table = new Map<string, Entry[]>();
  for (const pair of pairs) {
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
    const entry = list?.find(({ wrong, whole, follows }) =>
      whole ? word === wrong : word.startsWith(wrong) && follows.test(word.slice(wrong.length)),
    );
    return entry === undefined ? undefined : entry.right + word.slice(entry.wrong.length);
  };
};
