import { isCompound } from '../../lexicon/compound.ts';
import { type Candidate, type Edit, findNearest } from '../../lexicon/nearest.ts';
import { soundsOf, wordOf } from '../../lexicon/sounds.ts';
import { type Reading, type StemLexicon, withoutSandhi } from '../../lexicon/stem-lexicon.ts';

/** Edits from the likeliest on: where one kind leads to a known form, the kinds behind it are not tried. */
const KINDS: readonly (readonly Edit[])[] = [['letter'], ['length', 'doubling', 'pulli'], ['vowel', 'lost']];

/**
 * How many sounds a stem has at least in which such an edit is taken for a slip. The shorter a stem, the likelier the word is another one
 * that the lexicon does not hold: எறி beside எரி, ஒளி beside ஒழி.
 */
const SHORTEST: Readonly<Record<Edit, number>> = {
  letter: 7,
  length: 9,
  doubling: 8,
  pulli: 7,
  vowel: 10,
  lost: 10,
};
/** The same where the word has endings enough to tell its stem. */
const SHORTEST_INFLECTED = 6;
const INFLECTED = 10;
/** Few nouns have a twin of that length; verbs have many, and with them nouns in -ல்: பேணல், பேனல். */
const SHORTEST_NOUN = 6;
const SHORTEST_IN_M = 5;
/** A noun without its -ம் ends like a participle: வருத்த, வறுத்த. */
const SHORTEST_BARE = 9;
/** The first noun of a compound: இறுதி, but not வட (வடபகுதி). */
const SHORTEST_FIRST = 5;
/** No shorter word can have such a stem. */
const SHORTEST_WORD = 5;

/**
 * The one known form that an unknown word was meant for. Nothing where there is none or several, or where a word that the lexicon lacks,
 * a name above all, is as likely.
 */
export const nearestKnown = (lexicon: StemLexicon, word: string): Candidate | undefined => {
  // A ல் or ள் that has hardened before the next word is no slip for ர்: விரும்பினாற் போன்றது.
  if (/[றட]்$/u.test(word)) return undefined;
  const bare = withoutSandhi(word);
  const length = soundsOf(bare)?.length;
  for (const kinds of KINDS) {
    if (length !== undefined && length < shortestFor(kinds)) continue;
    const found = findNearest(lexicon, bare, kinds);
    const [near] = found;
    if (near === undefined) continue;
    if (found.length > 1 || !isLikely(lexicon, bare, near) || isCompound(lexicon, bare)) return undefined;
    return { word: near.word + word.slice(bare.length), edit: near.edit };
  }
  return undefined;
};

/** A letter may have been left out of the word. */
const shortestFor = (kinds: readonly Edit[]): number =>
  kinds.includes('letter') ? SHORTEST_WORD : Math.min(...kinds.map((kind) => SHORTEST[kind])) - 2;

const isLikely = (lexicon: StemLexicon, wrong: string, { word, edit }: Candidate): boolean => {
  const from = soundsOf(wrong);
  const to = soundsOf(word);
  // Signs that no letter takes: what was meant is what they look like.
  if (from === undefined || to === undefined) return true;
  const readings = lexicon.analyse(word);
  if (readings.some(({ stem }) => lexicon.isName(stem))) return false;
  const change = { edit, from, to, at: firstDifference(from, to) };
  if (isLikelyJoint(lexicon, readings, change)) return true;
  return readings.some((reading) => isLikelyReading(reading, change));
};

interface Made {
  readonly edit: Edit;
  readonly from: string;
  readonly to: string;
  /** The first sound that differs. */
  readonly at: number;
}

const isLikelyReading = (reading: Reading, { edit, from, to, at }: Made): boolean => {
  const { form } = reading;
  const stem = lengthOf(reading.stem);
  const inStem = at < stem;
  const hasJoined = reading.joined !== undefined;
  if (edit === 'letter') {
    if ((hasJoined && !inStem) || form === 'imperative') return false;
    // வறுத்த, of வறு, is no slip for வருத்த.
    if (/[டதற]்[டதற]ு$/u.test(reading.stem) && reading.partOfSpeech === 'verb' && !hasJoined) return false;
    // The plural of a noun in -ம்: பாலங்கல்.
    if (!inStem && reading.class === 'm' && /ஙகஅ[லழ]/u.test(from.slice(at - 3, at + 1)))
      return stem >= SHORTEST_IN_M;
    if (endsBare(reading, to)) return stem >= SHORTEST_BARE;
    if (reading.partOfSpeech === 'noun' && !reading.stem.endsWith('ல்')) return stem >= SHORTEST_NOUN;
    return stem >= (to.length >= INFLECTED ? SHORTEST_INFLECTED : SHORTEST.letter);
  }
  // The last vowel makes forms that names have too: பவன, அலங்கரி.
  if (endsBare(reading, to)) return false;
  // The oblique of a noun in -ம்: திட்டதின். A compound of மனது is no slip for one of மனம்: ஆழ்மனதில்.
  if (edit === 'doubling' && at === stem && reading.class === 'm' && to[at] === 'த')
    return stem >= SHORTEST_IN_M && !reading.stem.endsWith('மனம்');
  if (edit !== 'doubling' && at >= Math.min(from.length, to.length) - 1) return false;
  // At its end the pulli makes another form: காதல்னா is spoken for காதல் என்றால், and no காதலன்.
  if (edit === 'pulli') return stem >= SHORTEST.pulli && at < stem - 2;
  // ப் is written and not before படு and படுத்து, as one likes: இழிவுப்படுத்தி.
  if (edit === 'doubling' && from[at] === 'ப') return false;
  if (edit === 'lost' && reading.partOfSpeech === 'verb') return false;
  if (!inStem || hasJoined || stem < SHORTEST[edit] || isOfOneRoot(reading, { edit, from, to, at }))
    return false;
  if (edit === 'doubling' && at <= 3) return false;
  // The last vowel of a stem tells one word from another, but for an ஐ that is not heard: அமைச்சரவயில்.
  return at > 1 && (at < stem - 1 || (edit === 'vowel' && from[at] === 'அ' && to[at] === 'ஐ'));
};

/**
 * Whether a க ச த ப was left out where two words are joined: இறுதிபோட்டி. Both are nouns, or the first is a verb whose participle is no
 * noun: கத்திகொண்டு may be with a knife, or shouting.
 */
const isLikelyJoint = (
  lexicon: StemLexicon,
  readings: readonly Reading[],
  { edit, from, to, at }: Made,
): boolean => {
  const initial = to[at] ?? '';
  if (edit !== 'doubling' || to.length < from.length || !'கசதப'.includes(initial)) return false;
  const first = wordOf(from.slice(0, at - 1));
  const readingsOfFirst = lexicon.analyse(first);
  if (readingsOfFirst.length === 0) return false;
  return readings.some(({ stem, partOfSpeech, joined }) => {
    if (joined === undefined)
      return lengthOf(stem) >= SHORTEST.doubling && lexicon.isKnownForm(wordOf(to.slice(at)));
    if (joined[0] !== initial) return false;
    return partOfSpeech === 'noun'
      ? lengthOf(first) >= SHORTEST_FIRST
      : partOfSpeech === 'verb' && readingsOfFirst.every((reading) => reading.partOfSpeech === 'verb');
  });
};

/**
 * Whether the edit makes one word of another of the same root, so that both are likely to be right: ஏறு and ஏற்று, ஆகு and ஆக்கு, நாடு and
 * நாட்டு, பயன்படு and பயன்பாடு, வெளியிடு and வெளியீடு.
 */
const isOfOneRoot = (reading: Reading, { edit, from, at }: Made): boolean => {
  if (edit === 'doubling') {
    const atEnd = at >= lengthOf(reading.stem) - 3;
    return (
      atEnd && (reading.partOfSpeech === 'verb' || reading.class === 'tu' || /[கசடதற]ு$/u.test(reading.stem))
    );
  }
  return edit === 'length' && from[at + 1] === 'ட';
};

/** A noun without its -ம், or a verb without any ending. */
const endsBare = ({ partOfSpeech, form }: Reading, to: string): boolean =>
  (partOfSpeech === 'noun' && to.endsWith('அ')) || (partOfSpeech === 'verb' && form === 'imperative');

const lengthOf = (word: string): number => soundsOf(word)?.length ?? 0;

const firstDifference = (one: string, other: string): number => {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return at;
};
