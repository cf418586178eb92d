import { classOf, VOWEL } from '../text/letters.ts';

/** Letters that only loans have; ஃ before ப among them, but not எஃகு. */
const LETTERS = /ஃப|[ஜஷஸஹஶ]/u;
/** Two consonants side by side that no Tamil word has. */
const CLUSTERS = /[கசதப]்[ரலவயடமநன]|[டற]்[ரலவயஜ]|ர்[டற]|ல்[டர]|ள்ட|ன்ட|ம்[டச]|வ்[டகபர]/u;
/** Beginnings and ends that no Tamil word has. */
const EDGES = /^(?:.்|ட)|[டஃ]்$/u;

export const hasLoanLetters = (word: string): boolean => LETTERS.test(word);

/** Whether a word shows by its letters that it is a loan or a foreign name. */
export const looksForeign = (word: string): boolean =>
  LETTERS.test(word) || CLUSTERS.test(word) || EDGES.test(word) || hasVowelInside(word);

/** ஆப்இன், வாட்ஸ்அப்: a vowel letter inside, as loans and abbreviations read by their letters have it. */
export const hasVowelInside = (word: string): boolean => {
  for (let at = 1; at < word.length; at++) if (classOf(word.charCodeAt(at)) === VOWEL) return true;
  return false;
};
