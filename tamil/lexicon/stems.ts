import { readSections } from '../words/lists.ts';
import { type Base, isNounClass, nounBases, nounClassOf } from './noun-classes.ts';
import { beforeVowel, soundsOfKnown } from './sounds.ts';
import { isVerbClass, verbBases } from './verb-classes.ts';

/** The lists of stems, `words/stems/<name>.txt`. */
export const STEM_LISTS = [
  'adjectives',
  'adverbs',
  'cldr-names',
  'function-words',
  'loans',
  'names-persons',
  'names-places',
  'nouns-c',
  'nouns-i',
  'nouns-m',
  'nouns-persons',
  'nouns-tu',
  'nouns-u',
  'nouns-vu',
  'numerals',
  'pronouns',
  'verbs',
  'verbs-irregular',
] as const;

export interface Stem {
  readonly stem: string;
  /** The heading of its list without the part of speech: `m`, `sey`; '' where the part of speech has no classes. */
  readonly class: string;
  readonly partOfSpeech: string;
  /** A person, so that its verb is one of persons. */
  readonly human: boolean;
  /** Taken from another language and not bent to Tamil. */
  readonly loan: boolean;
}

/** A stem with the sounds that its forms begin with, and the state that reads their endings. */
export interface Entry {
  readonly stem: Stem;
  readonly bases: readonly Base[];
}

/** Reads all stems, in the order of the lists. Throws where a heading or a line is not understood. */
export function* readStems(): Generator<Entry> {
  for (const list of STEM_LISTS) {
    for (const [heading, lines] of readSections(`stems/${list}`)) {
      const [partOfSpeech = '', ...rest] = heading.split(' ');
      const flags = new Set(rest);
      const human = flags.delete('human') || heading === 'name person';
      const loan = flags.delete('loan');
      const doubles = flags.delete('doubling');
      const [listed = ''] = flags;
      for (const line of lines) {
        const colon = line.indexOf(':');
        const written = colon < 0 ? line : line.slice(0, colon);
        const sounds = soundsOfKnown(written);
        const group = partOfSpeech === 'name' ? nounClassOf(sounds) : listed;
        yield {
          stem: { stem: written, class: group, partOfSpeech, human, loan },
          bases: colon < 0 ? basesOf(sounds, partOfSpeech, group, doubles) : basesFrom(line.slice(colon + 1)),
        };
      }
    }
  }
}

/** `weakRoot வரு, pastSoft வந்த்`: the states of a stem that goes its own way. */
const basesFrom = (text: string): Base[] =>
  text.split(',').map((part) => {
    const [state = '', written = ''] = part.trim().split(' ');
    return [soundsOfKnown(written), state];
  });

const basesOf = (sounds: string, partOfSpeech: string, group: string, doubles: boolean): Base[] => {
  if (partOfSpeech === 'noun' || partOfSpeech === 'name') {
    // A river's name doubles its று or not: பெரியாற்றில், பெரியாறில்.
    const also = partOfSpeech === 'name' && sounds.endsWith('ஆறஉ') ? nounBases(sounds, 'u') : [];
    if (isNounClass(group)) return [...nounBases(sounds, group, doubles), ...also];
  } else if (partOfSpeech === 'verb') {
    if (isVerbClass(group)) return verbBases(sounds, group);
  } else if (partOfSpeech === 'adjective') {
    return group === 'a' ? [[sounds.slice(0, -1), 'relativeStem']] : [[sounds, 'end']];
  } else if (partOfSpeech === 'numeral') {
    return [...nounBases(sounds, nounClassOf(sounds)), [beforeVowel(sounds, false), 'ordinal']];
  } else if (partOfSpeech === 'letter') return [[sounds, 'end']];
  else if (group === '') return [[sounds, 'word']];
  throw new Error(`no class ${partOfSpeech} ${group} for ${sounds}`);
};
