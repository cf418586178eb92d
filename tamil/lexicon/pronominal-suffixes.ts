import { CASE_SUFFIXES } from './case-suffixes.ts';
import { ADJECTIVE, ADVERB, DATIVE, GENITIVE, LOCATIVE, NEGATIVE, NOMINATIVE } from './noun-features.ts';
import type { SuffixTables } from './suffix-tables.ts';

/** What follows the nouns that endings and pronouns make: செய்பவர், செய்தது, அவை. */
export const PRONOMINAL_SUFFIXES: SuffixTables = {
  /** A noun in a consonant that a suffix made, as பவன், ஆதவர்: all cases, no plural of its own. */
  consonantNoun: [
    ['', 'word', NOMINATIVE],
    ['', 'oblique'],
    ['', 'obliqueDu'],
    ['', 'obliqueAdu'],
    ['', 'nominativeVowel'],
  ],
  /** The same where the noun ends in ஐ: இல்லாமை. */
  neuterNoun: [
    ['', 'word', NOMINATIVE],
    ['க்க்', 'dative', DATIVE],
    ['ய்', 'oblique'],
    ['ய்', 'nominativeVowel'],
  ],
  /** After the த் of அது. */
  neuterCases: [
    ['உ', 'word', { number: 'singular', gender: 'neuter', person: 3 }],
    ...CASE_SUFFIXES,
    ['ஆக', 'word', ADVERB],
    ['ஆக', 'adverbial', ADVERB],
    ['ஆய்', 'word', ADVERB],
    ['ஆன்', 'relativeStem', ADJECTIVE],
    ['இல்லை', 'word', NEGATIVE],
    ['உண்டு', 'word'],
    ['அற்க்', 'dative', DATIVE],
    ['அன்', 'word', GENITIVE],
    ['அன்', 'increment', GENITIVE],
    ['அன்', 'genitive', GENITIVE],
    ['அன்', 'an'],
    ['உகள்', 'consonantNoun', { number: 'plural' }],
  ],
  an: [
    ['உள்', 'word', LOCATIVE],
    ['இடம்', 'word', LOCATIVE],
    ['இடையே', 'word', LOCATIVE],
  ],
  /** After the வ் of அவை. */
  things: [
    ['ஐ', 'word', { number: 'plural', gender: 'neuter', person: 3 }],
    ['ஐகள்', 'consonantNoun', { number: 'plural' }],
    ['அற்ற்', 'thingsCases', { number: 'plural' }],
  ],
  thingsCases: [
    ...CASE_SUFFIXES,
    ['இன்', 'increment'],
    ['உக்க்', 'dative', DATIVE],
    ['இற்க்', 'dative', DATIVE],
    ['உள்', 'word', LOCATIVE],
  ],
  soundAn: [['ஆன்', 'relativeStem', ADJECTIVE]],
};
