import { readWords } from '../words/lists.ts';
import { comparable } from './letters.ts';

/** The Thirukkural has 133 chapters of ten verses. */
export const VERSE_COUNT = 1330;

export interface KnownVerse {
  readonly number: number;
  /** The verse as it is handed down. */
  readonly text: string;
  /** Its letters as they are compared. */
  readonly letters: string;
}

const knownVerse = (entry: string): KnownVerse => {
  const text = entry.slice(entry.indexOf(' ') + 1);
  return { number: Number.parseInt(entry, 10), text, letters: comparable(text) };
};

/** The verses that are quoted most, of all there are. */
export const VERSES: readonly KnownVerse[] = readWords('verses').map(knownVerse);

const byNumber = new Map(VERSES.map((verse) => [verse.number, verse]));

/** The verse with this number, if it is one of those known. */
export const verseNumbered = (number: number): KnownVerse | undefined => byNumber.get(number);
