import { SUFFIXES } from './grammar.ts';
import { soundsOfKnown, wordOf } from './sounds.ts';
import type { Entry } from './stems.ts';
import type { Features } from './suffix-tables.ts';

/** A form of a stem, and what its endings say. */
export interface Form extends Features {
  readonly word: string;
}

/** Endings behind endings: more only repeat what fewer show. */
const DEPTH = 4;
/** What any word takes, and what begins another stem: not the stem's own. */
const OTHERS = new Set(['vowelClitic', 'clitic', 'softClitic', 'hardClitic', 'afterUm', 'afterE', 'than']);

/**
 * The forms of a stem: its paradigm, without particles and without verbs and nouns that are joined to it. The same tables are read by the
 * lexicon, so that what is made here is what is known there.
 */
export function* formsOf({ bases }: Entry): Generator<Form> {
  for (const [sounds, state] of bases) yield* formsFrom(sounds, state, {}, DEPTH);
}

function* formsFrom(sounds: string, state: string, features: Features, depth: number): Generator<Form> {
  if (state === 'word' || state === 'end') {
    yield { word: wordOf(sounds), ...features };
    return;
  }
  if (depth === 0 || OTHERS.has(state)) return;
  for (const [ending, next, added] of SUFFIXES[state] ?? []) {
    yield* formsFrom(sounds + soundsOfKnown(ending), next, { ...features, ...added }, depth - 1);
  }
}
