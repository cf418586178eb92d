import { readWords } from '../../words/lists.ts';

/** `-spoken > -written`, one an entry. */
const readEndings = (name: string): readonly (readonly [spoken: string, written: string])[] =>
  readWords(name).map((entry) => {
    const [spoken = '', written = ''] = entry.split(' > ');
    return [spoken.slice(1), written.slice(1)];
  });

/** Who a finite verb's ending speaks of, and what the same ending is in speech. */
const PERSONS: readonly (readonly [spoken: string, written: string])[] = [
  ['ான்', 'ான்'],
  ['ாள்', 'ாள்'],
  ['ார்', 'ார்'],
  ['ாரு', 'ார்'],
  ['ேன்', 'ேன்'],
  ['ோம்', 'ோம்'],
  ['ாங்க', 'ார்கள்'],
  ['ீங்க', 'ீர்கள்'],
];

/** Stems before a personal ending: படிச்சான், பேசுறான், படிக்குறான், சொல்றான். */
const STEMS = readEndings('colloquial/verb-stems');

/** Endings that are no finite verb of a person. */
const OTHERS = readEndings('colloquial/endings');

/** Words that end like one of these and are written so, alone or as the last part of another: மூன்று முடிச்சு, மாம்பிஞ்சு, மிஞ்சு. */
const WRITTEN_ENDS =
  /(?:ாய்ங்கள்ல|முடிச்சு|உறிஞ்சு|பிஞ்சு|விழைச்சு|குழைச்சு|வரிச்சு|இறைஞ்சு|^[மவக]ிஞ்சு|^[மவ]ிஞ்ச|குறிஞ்சான்|கரிச்சான்|கவிச்சு|கலிஞ்சு)$/u;

/** Whole words that end like one of these and are written so. */
const WRITTEN = new Set(readWords('colloquial/written-words'));

const table = new Map<string, [spoken: string, written: string][]>();
const declare = (spoken: string, written: string): void => {
  if (spoken === written) return;
  const tail = spoken.slice(-3);
  const list = table.get(tail);
  if (list === undefined) table.set(tail, [[spoken, written]]);
  else list.push([spoken, written]);
};
for (const [spoken, written] of OTHERS) declare(spoken, written);
for (const [spokenStem, stem] of STEMS) {
  for (const [spoken, written] of PERSONS) declare(spokenStem + spoken, stem + written);
}
for (const list of table.values()) list.sort(([a], [b]) => b.length - a.length);

/** The written form of a word whose ending is spoken: படிச்சாங்க, மரத்துல, வந்துட்டு. */
export const writtenEnding = (word: string): string | undefined => {
  if (WRITTEN.has(word) || WRITTEN_ENDS.test(word)) return undefined;
  for (const [spoken, written] of table.get(word.slice(-3)) ?? []) {
    if (word.length > spoken.length && word.endsWith(spoken)) return word.slice(0, -spoken.length) + written;
  }
  return undefined;
};
