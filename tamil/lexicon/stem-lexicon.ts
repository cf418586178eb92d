import { PULLI_SIGN } from '../text/letters.ts';
import { readSections } from '../words/lists.ts';
import { Automaton } from './automaton.ts';
import { Grammar, type StemState } from './grammar.ts';
import type { Lexicon } from './lexicon.ts';
import { soundsOf } from './sounds.ts';
import { type Entry, readStems, type Stem } from './stems.ts';
import type { Features } from './suffix-tables.ts';

/** One way to understand a word: its stem and what its endings say. */
export interface Reading extends Features {
  readonly stem: string;
  readonly class: string;
  readonly partOfSpeech: string;
  readonly human: boolean;
  /** The verb or noun joined to the stem: விடு of வந்துவிட்டான். */
  readonly joined?: string;
  /** The க் ச் த் ப் that sandhi added before the next word. */
  readonly sandhi?: string;
}

/** Longer words are never known: nothing that people write, and the time for them grows with their readings. */
const LONGEST = 80;
const READINGS = 32;
/** Words remembered with whether they are known. A text repeats its words. */
const REMEMBERED = 20_000;
/** Words remembered with their readings, which take more room. */
const REMEMBERED_READINGS = 2000;

/** Stems and the grammar of their forms. */
export interface StemLexicon extends Lexicon {
  /** Whether a word is a known form, or one with the க் ச் த் ப் that sandhi adds before the next word. */
  isKnownInSentence(word: string): boolean;
  /** Every way to understand a word, at most 32; none if it is unknown. */
  analyse(word: string): readonly Reading[];
  readonly automaton: Automaton;
  /** The state at which a word begins. */
  readonly start: number;
}

let built: StemLexicon | undefined;

/** The lexicon of the language, built when it is first asked for: a process that reads no Tamil does not pay for it. */
export const stemLexicon = (): StemLexicon => {
  built ??= createStemLexicon();
  return built;
};

/** Builds the lexicon from the lists of stems: some tens of milliseconds. */
export const createStemLexicon = (): StemLexicon => {
  const automaton = new Automaton();
  const grammar = new Grammar(automaton);
  const names = new Set<string>();
  const words = new Set<string>();
  const followers = readFollowers();
  for (const entry of readStems()) {
    const { stem } = entry;
    (stem.partOfSpeech === 'name' || stem.loan ? names : words).add(stem.stem);
    for (const [sounds, state] of entry.bases) grammar.addBase('start', sounds, state, stem);
    const partOfSpeech = stem.partOfSpeech === 'verb' ? 'verb' : 'noun';
    for (const state of followers.get(`${partOfSpeech} ${stem.stem}`) ?? [])
      addFollower(grammar, state, entry);
  }
  const start = grammar.state('start');
  const remembered = new Map<string, boolean>();
  const rememberedReadings = new Map<string, readonly Reading[]>();
  const isKnownForm = (word: string): boolean => {
    const known = remembered.get(word);
    if (known !== undefined) return known;
    const sounds = soundsOf(word);
    const accepted =
      sounds !== undefined &&
      sounds.length <= LONGEST &&
      (automaton.accepts(start, sounds, 0) || isPointedAt(sounds));
    if (remembered.size >= REMEMBERED) remembered.clear();
    remembered.set(word, accepted);
    return accepted;
  };
  /** அ, இ and எ written together with a noun, whose first letter doubles: இப்பகுதியில், அந்நாட்டில், எவ்வகை. */
  const isPointedAt = (sounds: string): boolean => {
    const rest = POINTED.exec(sounds)?.[2];
    if (rest === undefined) return false;
    let isNoun = false;
    automaton.readAll(start, rest, 0, [], ([note]) => {
      isNoun ||= note !== undefined && 'partOfSpeech' in note && note.partOfSpeech === 'noun';
    });
    return isNoun;
  };
  const readings = (word: string, sandhi: string | undefined): Reading[] => {
    const found: Reading[] = [];
    const sounds = soundsOf(word);
    if (sounds === undefined || sounds.length > LONGEST) return found;
    automaton.readAll(start, sounds, 0, [], (notes) => {
      if (found.length < READINGS) found.push(readingOf(notes, sandhi));
    });
    return found;
  };
  return {
    automaton,
    start,
    isKnownForm,
    isKnownInSentence: (word) => isKnownForm(word) || isKnownForm(withoutSandhi(word)),
    isName: (word) => names.has(word) && !words.has(word),
    analyse: (word) => {
      const known = rememberedReadings.get(word);
      if (known !== undefined) return known;
      const bare = withoutSandhi(word);
      const found = [
        ...readings(word, undefined),
        ...(bare === word ? [] : readings(bare, word.slice(bare.length))),
      ];
      if (rememberedReadings.size >= REMEMBERED_READINGS) rememberedReadings.clear();
      rememberedReadings.set(word, found);
      return found;
    },
  };
};

const POINTED = /^[அஇஎ](?=(.)\1)(?:[கசதபநமவஞ])(.{6,})$/u;

const SANDHI = /(?<=[\u0b80-\u0bff](?:[அ-ஔக-ஹா-ௌ]|[யரழ]்))[கசதப]்$/u;

/** A word without the consonant that the next word's doubling puts at its end; after a vowel, ய், ர் or ழ் only. */
export const withoutSandhi = (word: string): string =>
  word.endsWith(PULLI_SIGN) ? word.replace(SANDHI, '') : word;

const readingOf = (notes: readonly object[], sandhi: string | undefined): Reading => {
  const stems = notes.filter((note): note is Stem => 'stem' in note);
  const [first, ...others] = stems;
  if (first === undefined) throw new Error('a reading without a stem');
  const { loan: _, ...stem } = first;
  const joined = others.map((other) => other.stem).join('+');
  const features = notes.filter((note) => !('stem' in note));
  return Object.assign(
    { ...stem },
    ...features,
    joined === '' ? {} : { joined },
    sandhi === undefined ? {} : { sandhi },
  );
};

const STATES_OF_LIST: Readonly<
  Record<string, readonly [partOfSpeech: string, states: readonly StemState[]]>
> = {
  'after a participle': ['verb', ['auxiliary', 'hardAuxiliary']],
  'after a participle without its vowel': ['verb', ['vowelAuxiliary']],
  'after an infinitive': ['verb', ['infinitiveAuxiliary']],
  'after a noun': ['verb', ['becoming']],
  'second of a compound': ['noun', ['second', 'hardSecond']],
};

/** The states besides the beginning of a word at which a stem may stand, by part of speech and stem. */
const readFollowers = (): ReadonlyMap<string, readonly StemState[]> => {
  const followers = new Map<string, StemState[]>();
  for (const [heading, stems] of readSections('stems/joined')) {
    if (heading === '') continue;
    const [partOfSpeech, states] = STATES_OF_LIST[heading] ?? [];
    if (states === undefined) throw new Error(`stems/joined has no heading ${heading}`);
    for (const stem of stems) {
      const key = `${partOfSpeech} ${stem}`;
      followers.set(key, [...(followers.get(key) ?? []), ...states]);
    }
  }
  return followers;
};

/** க ச த ப double at the join of two words where the first demands it. */
const addFollower = (grammar: Grammar, state: StemState, { stem, bases }: Entry): void => {
  const doubles = state === 'hardAuxiliary' || state === 'hardSecond' || state === 'infinitiveAuxiliary';
  for (const [sounds, next] of bases) {
    if (next.startsWith('firstOf')) continue;
    const joined = doubles && 'கசதப'.includes(sounds[0] ?? '-') ? `${sounds[0]}${sounds}` : sounds;
    grammar.addBase(state, joined, next, stem);
  }
};
