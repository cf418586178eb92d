import { isVowel, soundsOf } from './sounds.ts';
import type { StemLexicon } from './stem-lexicon.ts';

/** Sounds that each of the two words has at least: தீ, பூ and கை begin many compounds, and no second word is as short. */
const SHORTEST_FIRST = 3;
const SHORTEST_SECOND = 4;
const LONGEST = 40;
const HARD = 'கசதப';

/**
 * Whether a word is two known words written as one, joined as the grammar asks: நூறாண்டு, தலைச்சுற்றல், விளக்கேற்று. Such a word is right,
 * though no list holds it.
 */
export const isCompound = ({ automaton, start }: StemLexicon, word: string): boolean => {
  const sounds = soundsOf(word);
  if (sounds === undefined || sounds.length > LONGEST) return false;
  const kindsOf = (part: string): Set<string> => {
    const kinds = new Set<string>();
    if (!automaton.accepts(start, part, 0)) return kinds;
    automaton.readAll(start, part, 0, [], ([note]) => {
      // A name joins nothing: கலாச்சரம் is not கலா and சரம்.
      if (note !== undefined && 'partOfSpeech' in note && note.partOfSpeech !== 'name')
        kinds.add(note.partOfSpeech === 'verb' ? 'verb' : 'other');
    });
    return kinds;
  };
  for (let at = SHORTEST_FIRST; at <= sounds.length - SHORTEST_SECOND; at++) {
    const firsts = firstsOf(sounds, at);
    if (firsts.length === 0) continue;
    const second = kindsOf(sounds.slice(at));
    if (second.size === 0) continue;
    // A verb joins a verb (தொங்கவிட்டான்), a noun joins either.
    if (
      firsts.some(
        (first) => kindsOf(first).has('other') || (second.has('verb') && kindsOf(first).has('verb')),
      )
    )
      return true;
  }
  return false;
};

/** What the first word is by itself, if the second begins at a place: its sounds before they were joined. */
const firstsOf = (sounds: string, at: number): string[] => {
  const first = sounds.slice(0, at);
  const last = first.at(-1) ?? '';
  const initial = sounds[at] ?? '';
  const before = sounds[at - 2];
  if (isVowel(initial)) {
    if (isVowel(last)) return [];
    // A glide between two vowels, or the short உ that the second vowel took the place of.
    return (last === 'ய' || last === 'வ') && isVowel(before)
      ? [first.slice(0, -1), `${first}உ`]
      : [`${first}உ`, ...(last === before ? [first.slice(0, -1)] : [first])];
  }
  // க ச த ப double behind a vowel, but for the உ behind a nasal, a single consonant or a semivowel.
  if (last === initial && HARD.includes(initial)) return [first.slice(0, -1)];
  const soft = !HARD.includes(initial) || !isVowel(last) || (last === 'உ' && before !== first.at(-3));
  return soft ? [first] : [];
};
