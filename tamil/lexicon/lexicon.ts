/**
 * What the rules ask of the language's words. A rule corrects no known form, and takes a letter off the end of no name: where the
 * lexicon knows a word, the word is right, whatever its ending looks like.
 */
export interface Lexicon {
  /**
   * Whether a word is a form of a stem that the lexicon holds: inflected or not, without a consonant that sandhi adds at its end.
   * False says nothing: no lexicon is complete.
   */
  isKnownForm(word: string): boolean;
  /** Whether a word, as it stands, is a name or a loan whose ending must not be read as Tamil grammar. */
  isName(word: string): boolean;
}
