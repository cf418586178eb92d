import type { Automaton } from './automaton.ts';
import { isVowel, soundsOf, wordOf } from './sounds.ts';
import type { StemLexicon } from './stem-lexicon.ts';

/**
 * What was mistaken. letter: ண ன ந, ல ள ழ, ர ற. length: a short vowel for its long one. doubling: one consonant for two. pulli: a pulli
 * lost or too much. vowel: any other vowel sign. lost: a letter left out.
 */
export type Edit = 'letter' | 'length' | 'doubling' | 'pulli' | 'vowel' | 'lost';

/** A known form near an unknown word. */
export interface Candidate {
  readonly word: string;
  readonly edit: Edit;
}

/** The edits that a writer makes who spells as he hears; a lost letter may be anything. */
export const COMMON_EDITS: readonly Edit[] = ['letter', 'length', 'doubling', 'pulli'];

const LIKE = new Map([
  ['ண', 'னந'],
  ['ன', 'ணந'],
  ['ந', 'னண'],
  ['ல', 'ளழ'],
  ['ள', 'லழ'],
  ['ழ', 'லள'],
  ['ர', 'ற'],
  ['ற', 'ர'],
]);
const LENGTH = new Map(
  [...'அஆ இஈ உஊ எஏ ஒஓ'.split(' ')].flatMap((pair) => [
    [pair[0] ?? '', pair[1] ?? ''],
    [pair[1] ?? '', pair[0] ?? ''],
  ]),
);
const VOWELS = 'அஆஇஈஉஊஎஏஐஒஓஔ';
const CONSONANTS = 'கஙசஞடணதநபமயரலவழளறனஜஷஸஹ';
const DOUBLED = 'கசடதபறலளணனமயவ';

/** Trials for one word. They bound the cost of any word. */
const TRIALS = 20_000;
/** Longer words have too many places to be wrong at. */
const LONGEST = 60;

interface Replacement {
  readonly edit: Edit;
  /** How many sounds go. */
  readonly length: number;
  readonly by: string;
}

/**
 * The known forms one edit away from a word, sorted. Empty for a known word. The search walks the lexicon, so that only edits are tried
 * whose beginning begins a known form. A vowel sign written in two pieces (து and ா for தூ) is one letter here.
 */
export const findNearest = (
  lexicon: StemLexicon,
  word: string,
  edits: readonly Edit[] = COMMON_EDITS,
): Candidate[] => {
  if (lexicon.isKnownForm(word)) return [];
  const repaired = repairSigns(word);
  if (repaired !== word && lexicon.isKnownForm(repaired)) return [{ word: repaired, edit: 'vowel' }];
  const sounds = soundsOf(repaired);
  if (sounds === undefined || sounds.length > LONGEST) return [];
  const found = new Map<string, Edit>();
  const wanted = new Set(edits);
  const search: Search = { trials: TRIALS, edits: wanted, found, replacements: [] };
  walk(lexicon.automaton, lexicon.start, sounds, 0, search);
  return [...found]
    .map(([near, edit]) => ({ word: wordOf(near), edit }))
    .filter((candidate) => candidate.word !== word)
    .sort((one, other) => (one.word < other.word ? -1 : 1));
};

/** `ுா` is typed for `ூ`, and the two pieces of ொ ோ ௌ for them. */
const repairSigns = (word: string): string =>
  word
    .normalize('NFC')
    .replaceAll('ுா', 'ூ')
    .replace(/ெள(?=$|[க-ஹ])/u, 'ௌ');

interface Search {
  trials: number;
  readonly edits: ReadonlySet<Edit>;
  /** By sounds: what is found, with the first edit that led there. */
  readonly found: Map<string, Edit>;
  /** What may stand at a place, where a walk has been. */
  readonly replacements: Replacement[][];
}

const walk = (automaton: Automaton, state: number, sounds: string, from: number, search: Search): void => {
  let node = state;
  for (let i = from; ; i++) {
    for (const next of automaton.statesAfter(node)) walk(automaton, next, sounds, i, search);
    search.replacements[i] ??= replacementsAt(sounds, i, search.edits);
    for (const replacement of search.replacements[i] ?? [])
      tryOne(automaton, node, sounds, i, replacement, search);
    if (search.edits.has('lost') && i > 0)
      for (const [consonant, lost] of LOST)
        if (automaton.step(node, consonant) !== 0)
          for (const replacement of lost) tryOne(automaton, node, sounds, i, replacement, search);
    if (i >= sounds.length || search.trials <= 0) return;
    node = automaton.step(node, sounds.charCodeAt(i));
    if (node === 0) return;
  }
};

const tryOne = (
  automaton: Automaton,
  node: number,
  sounds: string,
  at: number,
  { edit, length, by }: Replacement,
  search: Search,
): void => {
  const first = by === '' ? sounds.charCodeAt(at + length) : by.charCodeAt(0);
  // Most edits end here, before a word is made of them.
  if ((by !== '' || at + length < sounds.length) && automaton.step(node, first) === 0) return;
  if (search.trials-- <= 0) return;
  const rest = by + sounds.slice(at + length);
  if (!goesOn(automaton, node, rest)) return;
  const near = sounds.slice(0, at) + rest;
  if (!search.found.has(near)) search.found.set(near, edit);
};

/** Whether the rest of a word is read from a node on, without what lets go at the node: the walk goes there itself. */
const goesOn = (automaton: Automaton, node: number, rest: string): boolean => {
  if (rest === '') return automaton.exits(node, rest, 0);
  const next = automaton.step(node, rest.charCodeAt(0));
  return next !== 0 && automaton.accepts(next, rest, 1);
};

/** What the sounds from a place on may be instead. */
const replacementsAt = (sounds: string, at: number, edits: ReadonlySet<Edit>): Replacement[] => [
  ...(edits.has('letter') ? letters(sounds, at) : []),
  ...(edits.has('doubling') ? doublings(sounds, at) : []),
  ...(edits.has('length') ? lengths(sounds, at) : []),
  ...(edits.has('pulli') ? pullis(sounds, at) : []),
  ...(edits.has('vowel') ? vowels(sounds, at) : []),
];

const letters = (sounds: string, at: number): Replacement[] => {
  const sound = sounds[at] ?? '';
  const like = LIKE.get(sound);
  // The second of two that are mistaken together is seen to with the first.
  if (like === undefined || sound === sounds[at - 1]) return [];
  const twice = sound === sounds[at + 1];
  const others = twice ? [...like].filter((letter) => !'நழர'.includes(letter)) : [...like];
  const replaced = others.map((letter) =>
    twice
      ? { edit: 'letter' as const, length: 2, by: letter + letter }
      : { edit: 'letter' as const, length: 1, by: letter },
  );
  // முயர்ச்சி for முயற்சி: after ற் nothing doubles, after ர் it does.
  const doubled = sounds[at + 1];
  if (sound === 'ர' && doubled !== undefined && doubled === sounds[at + 2] && !isVowel(doubled)) {
    replaced.push({ edit: 'letter', length: 3, by: `ற${doubled}` });
  }
  return replaced;
};

const doublings = (sounds: string, at: number): Replacement[] => {
  const sound = sounds[at] ?? '';
  if (sound === '' || isVowel(sound)) return [];
  if (sound === sounds[at + 1]) return [{ edit: 'doubling', length: 2, by: sound }];
  const before = sounds[at - 1];
  const between = (isVowel(before) || 'யரழ'.includes(before ?? '-')) && isVowel(sounds[at + 1]);
  return between && DOUBLED.includes(sound) ? [{ edit: 'doubling', length: 1, by: sound + sound }] : [];
};

const lengths = (sounds: string, at: number): Replacement[] => {
  const other = LENGTH.get(sounds[at] ?? '');
  return other === undefined ? [] : [{ edit: 'length', length: 1, by: other }];
};

/** Between two consonants, or at the end of the word, a vowel may have been left out. */
const isOpen = (sounds: string, at: number): boolean =>
  at > 0 && !isVowel(sounds[at - 1]) && !isVowel(sounds[at]);

const pullis = (sounds: string, at: number): Replacement[] => {
  if (sounds[at] === 'அ' && at > 0) return [{ edit: 'pulli', length: 1, by: '' }];
  return isOpen(sounds, at) ? [{ edit: 'pulli', length: 0, by: 'அ' }] : [];
};

const vowels = (sounds: string, at: number): Replacement[] => {
  const sound = sounds[at];
  const length = isVowel(sound) ? 1 : 0;
  if (length === 0 && !isOpen(sounds, at)) return [];
  return [...VOWELS].filter((vowel) => vowel !== sound).map((by) => ({ edit: 'vowel', length, by }));
};

const LOST: readonly (readonly [consonant: number, lost: readonly Replacement[]])[] = [...CONSONANTS].map(
  (consonant) => [
    consonant.charCodeAt(0),
    ['', ...VOWELS].map((vowel) => ({ edit: 'lost' as const, length: 0, by: consonant + vowel })),
  ],
);
