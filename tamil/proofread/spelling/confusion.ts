import { PULLI_SIGN } from '../../text/letters.ts';
import { readWords } from '../../words/lists.ts';

const COMMON_WORDS = readWords('spelling/common-words');
/** Misspellings made from the common words that are words themselves, or begin one. */
const REAL_WORDS = new Set(readWords('spelling/real-words'));

/** Letters that are taken for one another, by class. */
const CONFUSED: ReadonlyMap<string, string> = new Map([
  ['ண', 'னந'],
  ['ன', 'ணந'],
  ['ல', 'ளழ'],
  ['ள', 'லழ'],
  ['ழ', 'லள'],
  ['ர', 'ற'],
  ['ற', 'ர'],
]);

export type Kind = 'n' | 'l' | 'r';
const kindOf = (letter: string): Kind =>
  'ணன'.includes(letter) ? 'n' : 'ர' === letter || 'ற' === letter ? 'r' : 'l';

/** A doubled letter is mistaken as one: ண்ண for ன்ன. */
const swap = (word: string, at: number, other: string): string => {
  const letter = word[at] ?? '';
  const doubled = word[at + 1] === PULLI_SIGN && word[at + 2] === letter;
  return doubled
    ? word.slice(0, at) + other + PULLI_SIGN + other + word.slice(at + 3)
    : word.slice(0, at) + other + word.slice(at + 1);
};

/** Clusters with a fixed nasal or liquid: ண்ட, ன்ற, ற்ற as ர்ர. Other rules correct them. */
const isFixed = (word: string, at: number, other: string): boolean => {
  const next = word[at + 1] === PULLI_SIGN ? (word[at + 2] ?? '') : '';
  const before = word[at - 1] === PULLI_SIGN ? (word[at - 2] ?? '') : '';
  if (before === word[at]) return true;
  if (other === 'ந') return next !== '' || before !== '';
  return (next === 'ட' && word[at] === 'ண') || (before === 'ன' && word[at] === 'ற') || next === 'ற';
};

const beginsWithOne = (known: ReadonlySet<string>, word: string): boolean => {
  for (let end = 3; end <= word.length; end++) if (known.has(word.slice(0, end))) return true;
  return false;
};

/** Nouns in -ம் that drop it before another noun, and are no verb without it: பாரம்பரிய உடை. */
const ADJECTIVAL = /.{3}(?:ிய|ாய|ார|ிர|துவ|ாத)ம்$/u;

/** `wrong > right` for every common word with one letter taken for another of its class. Words of their own are left out. */
export const confusions = (): ReadonlyMap<Kind, readonly string[]> => {
  const known = new Set(COMMON_WORDS);
  const table = new Map<Kind, string[]>([
    ['n', []],
    ['l', []],
    ['r', []],
  ]);
  const seen = new Set<string>();
  for (const word of COMMON_WORDS) {
    // கிராமங்கல்: a plural of a noun in -ம் can be no verbal noun in -கல் (தேங்கல், இரங்கல்).
    if (word.length > 4 && word.endsWith('ம்')) {
      table.get('l')?.push(`${word.slice(0, -2)}ங்கல் > ${word.slice(0, -2)}ங்கள்`);
    }
    for (let at = 1; at < word.length; at++) {
      const letter = word[at] ?? '';
      for (const other of CONFUSED.get(letter) ?? '') {
        const last = at === word.length - 2 && word[at + 1] === PULLI_SIGN;
        if (last ? other === 'ந' : isFixed(word, at, other)) continue;
        const wrong = swap(word, at, other);
        if (REAL_WORDS.has(wrong) || seen.has(wrong) || beginsWithOne(known, wrong)) continue;
        seen.add(wrong);
        if (ADJECTIVAL.test(word))
          table.get(kindOf(letter))?.push(`${wrong.slice(0, -2)} > ${word.slice(0, -2)}!`);
        table.get(kindOf(letter))?.push(`${wrong} > ${word}${last && kindOf(letter) !== 'l' ? '!' : ''}`);
      }
    }
  }
  return table;
};
