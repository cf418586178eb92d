/** What a reading of a word says. A stem says what it is, each ending what it adds. */
export interface Features {
  readonly case?: string;
  readonly number?: 'singular' | 'plural';
  readonly person?: 1 | 2 | 3;
  readonly gender?: 'masculine' | 'feminine' | 'honorific' | 'neuter';
  readonly tense?: 'past' | 'present' | 'future';
  readonly form?: string;
}

/**
 * An ending, the state after it, and what it says. Two states are the machine's: `end`, the word is over; and `word`, the word may be over
 * or take what any word takes (தான், உம், என்று), with its last sound changed for it.
 */
export type Suffix = readonly [ending: string, next: string, features?: Features | undefined];

/** The endings that each state reads. */
export type SuffixTables = Readonly<Record<string, readonly Suffix[]>>;
