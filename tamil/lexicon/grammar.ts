import { type Automaton, END, type Note } from './automaton.ts';
import { NOUN_CLASS_SUFFIXES } from './noun-classes.ts';
import { NOUN_SUFFIXES } from './noun-suffixes.ts';
import { PRONOMINAL_SUFFIXES } from './pronominal-suffixes.ts';
import { beforeVowel, isVowel, soundsOfKnown } from './sounds.ts';
import type { Features, Suffix, SuffixTables } from './suffix-tables.ts';
import { VERB_SUFFIXES } from './verb-suffixes.ts';
import { WORD_SUFFIXES } from './word-suffixes.ts';

/** All endings by the state that reads them. Those of stems that follow another word are added when the stems are. */
export const SUFFIXES: SuffixTables = {
  ...WORD_SUFFIXES,
  ...NOUN_SUFFIXES,
  ...NOUN_CLASS_SUFFIXES,
  ...PRONOMINAL_SUFFIXES,
  ...VERB_SUFFIXES,
  ordinal: [
    ['ஆம்', 'word', { form: 'ordinal' }],
    ['ஆவது', 'word', { form: 'ordinal' }],
    ['ஆவத்', 'neuterCases', { form: 'ordinal' }],
  ],
  afterConsonant: [
    ['', 'end'],
    ['', 'clitic'],
    ['', 'softClitic'],
  ],
  afterU: [
    ['', 'end'],
    ['', 'clitic'],
    ['', 'softClitic'],
    ['', 'hardClitic'],
  ],
  afterVowel: [
    ['', 'end'],
    ['', 'clitic'],
    ['', 'hardClitic'],
  ],
  firstOfCompound: [['', 'second']],
  firstOfHardCompound: [['', 'hardSecond']],
  become: [['', 'becoming']],
};

/** States that hold stems: any word's beginning, verbs after another verb's form, nouns after a noun. */
export const STEM_STATES = [
  'start',
  'auxiliary',
  'hardAuxiliary',
  'vowelAuxiliary',
  'infinitiveAuxiliary',
  'becoming',
  'second',
  'hardSecond',
] as const;
export type StemState = (typeof STEM_STATES)[number];

/** Builds the endings into an automaton, and adds stems to it. */
export class Grammar {
  private readonly states = new Map<string, number>([['end', END]]);
  private readonly closed = new Map<string, readonly (Features | undefined)[]>();
  private readonly automaton: Automaton;

  constructor(automaton: Automaton) {
    this.automaton = automaton;
    for (const state of STEM_STATES) this.states.set(state, automaton.addState());
    for (const name of Object.keys(SUFFIXES)) this.states.set(name, automaton.addState());
    for (const [name, suffixes] of Object.entries(SUFFIXES)) {
      for (const suffix of suffixes) this.addSuffix(this.state(name), suffix);
    }
  }

  /** The number of a state. Throws where there is none of that name. */
  state(name: string): number {
    const state = this.states.get(name);
    if (state === undefined) throw new Error(`there is no state ${name}`);
    return state;
  }

  /** Lets a state read a stem's sounds and go on. */
  addBase(from: StemState, sounds: string, next: string, note: Note): void {
    this.add(this.state(from), sounds, next, note);
  }

  private addSuffix(from: number, [ending, next, features]: Suffix): void {
    // What an ending-less entry says of a whole word is added where its state is entered, with the sounds before it.
    if (ending === '' && next === 'word') return;
    this.add(from, soundsOfKnown(ending), next, features);
  }

  private add(from: number, sounds: string, next: string, note: Note | undefined): void {
    if (next === 'word') {
      this.addWord(from, sounds, note, undefined);
      return;
    }
    this.automaton.addEntry(from, sounds, this.state(next), note);
    if (sounds === '') return;
    for (const features of this.wordsIn(next)) this.addWord(from, sounds, note, features);
  }

  /** What a state says of a word that is over where it begins, through states that need no ending. */
  private wordsIn(state: string): readonly (Features | undefined)[] {
    const known = this.closed.get(state);
    if (known !== undefined) return known;
    const words = (SUFFIXES[state] ?? []).flatMap(([ending, next, features]) => {
      if (ending !== '') return [];
      return next === 'word' ? [features] : this.wordsIn(next).map((inner) => merge(features, inner));
    });
    this.closed.set(state, words);
    return words;
  }

  private addWord(
    from: number,
    sounds: string,
    note: Note | undefined,
    features: Features | undefined,
  ): void {
    const after = sounds.endsWith('உ') ? 'afterU' : isVowel(sounds.at(-1)) ? 'afterVowel' : 'afterConsonant';
    this.automaton.addEntry(from, sounds, this.saying(after, features), note);
    const whole = from === this.state('start');
    this.automaton.addEntry(from, beforeVowel(sounds, whole), this.saying('vowelClitic', features), note);
  }

  /** A state that says something and is the other. */
  private saying(state: string, features: Features | undefined): number {
    if (features === undefined) return this.state(state);
    const name = `${state} ${JSON.stringify(features)}`;
    const known = this.states.get(name);
    if (known !== undefined) return known;
    const added = this.automaton.addState();
    this.states.set(name, added);
    this.automaton.addEntry(added, '', this.state(state), features);
    return added;
  }
}

const merge = (one: Features | undefined, other: Features | undefined): Features | undefined =>
  one === undefined ? other : other === undefined ? one : { ...one, ...other };
