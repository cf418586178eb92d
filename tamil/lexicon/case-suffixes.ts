import { ABLATIVE, ACCUSATIVE, GENITIVE, INSTRUMENTAL, LOCATIVE, SOCIATIVE } from './noun-features.ts';
import type { Suffix } from './suffix-tables.ts';

/** The cases that every noun and pronoun makes alike, behind its oblique stem. */
export const CASE_SUFFIXES: readonly Suffix[] = [
  ['ஐ', 'word', ACCUSATIVE],
  ['ஐ', 'accusative', ACCUSATIVE],
  ['ஆல்', 'word', INSTRUMENTAL],
  ['ஓடு', 'word', SOCIATIVE],
  ['உடன்', 'word', SOCIATIVE],
  ['இல்', 'word', LOCATIVE],
  ['இல்', 'locative', LOCATIVE],
  ['இல்', 'from', ABLATIVE],
  ['இன்', 'word', GENITIVE],
];
