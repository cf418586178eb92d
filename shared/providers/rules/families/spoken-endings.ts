import { wordList } from '../ending.ts';

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
const STEMS: readonly (readonly [spoken: string, written: string])[] = [
  ['ிச்ச', 'ித்த'],
  ['ைச்ச', 'ைத்த'],
  ['ிஞ்ச', 'ிந்த'],
  ['ைஞ்ச', 'ைந்த'],
  ['க்குற', 'க்கிற'],
  ['க்கற', 'க்கிற'],
  ['ுற', 'ுகிற'],
  ['ல்ற', 'ல்கிற'],
  ['ள்ற', 'ள்கிற'],
  ['ய்ற', 'ய்கிற'],
  ['ந்துட்ட', 'ந்துவிட்ட'],
  ['த்துட்ட', 'த்துவிட்ட'],
  ['ட்டுட்ட', 'ட்டுவிட்ட'],
  ['ியிட்ட', 'ிவிட்ட'],
  ['ந்த', 'ந்த'],
  ['த்த', 'த்த'],
  ['விட்ட', 'விட்ட'],
  ['ப்பிட்ட', 'ப்பிட்ட'],
  ['ேட்ட', 'ேட்ட'],
  ['ோட்ட', 'ோட்ட'],
  ['ப்பட்ட', 'ப்பட்ட'],
  ['ற்ற', 'ற்ற'],
  ['ன்ற', 'ன்ற'],
  ['ண்ட', 'ண்ட'],
  ['ய்த', 'ய்த'],
  ['ின', 'ின'],
  ['ன்ன', 'ன்ன'],
  ['ோன', 'ோன'],
  ['ப்ப', 'ப்ப'],
  ['ுவ', 'ுவ'],
  ['க்கிற', 'க்கிற'],
  ['ுகிற', 'ுகிற'],
  ['ட்கிற', 'ட்கிற'],
  ['மாட்ட', 'மாட்ட'],
  ['ிருக்க', 'ிருக்கிற'],
  ['ழுதுட்ட', 'ழுதுவிட்ட'],
  ['ய்துட்ட', 'ய்துவிட்ட'],
  ['ண்டுட்ட', 'ண்டுவிட்ட'],
  ['ற்கிற', 'ற்கிற'],
];

/** Endings that are no finite verb of a person. */
const OTHERS: readonly (readonly [spoken: string, written: string])[] = [
  ['ிச்சு', 'ித்து'],
  ['ைச்சு', 'ைத்து'],
  ['ிஞ்சு', 'ிந்து'],
  ['ைஞ்சு', 'ைந்து'],
  ['ிச்சது', 'ித்தது'],
  ['ைச்சது', 'ைத்தது'],
  ['ிஞ்சது', 'ிந்தது'],
  ['ைஞ்சது', 'ைந்தது'],
  ['ிச்ச', 'ித்த'],
  ['ிஞ்ச', 'ிந்த'],
  ['ச்சிருக்கு', 'த்திருக்கிறது'],
  ['ந்திருக்கு', 'ந்திருக்கிறது'],
  ['த்திருக்கு', 'த்திருக்கிறது'],
  ['ந்துடுச்சு', 'ந்துவிட்டது'],
  ['த்துடுச்சு', 'த்துவிட்டது'],
  ['ிடுச்சு', 'ிவிட்டது'],
  ['ந்துட்டு', 'ந்துவிட்டு'],
  ['த்துட்டு', 'த்துவிட்டு'],
  ['ங்கிட்டு', 'ங்கிவிட்டு'],
  ['ல்லிட்டு', 'ல்லிவிட்டு'],
  ['ண்ணிட்டு', 'ண்ணிவிட்டு'],
  ['ிக்கிட்டு', 'ிக்கொண்டு'],
  ['துகிட்டு', 'துகொண்டு'],
  ['த்துக்கிட்டு', 'த்துக்கொண்டு'],
  ['ட்டுக்கிட்டு', 'ட்டுக்கொண்டு'],
  ['ந்துக்கிட்டு', 'ந்துகொண்டு'],
  ['டுகிட்டு', 'டுகொண்டு'],
  ['த்துல', 'த்தில்'],
  ['ட்டுல', 'ட்டில்'],
  ['ற்றுல', 'ற்றில்'],
  ['ங்கள்ல', 'ங்களில்'],
  ['ிக்கல', 'ிக்கவில்லை'],
  ['ைக்கல', 'ைக்கவில்லை'],
  ['க்காங்க', 'க்கிறார்கள்'],
  ['ளோட', 'ளுடைய'],
  ['களுக்குள்ள', 'களுக்குள்'],
];

/** Words that end like one of these and are written so, alone or as the last part of another: மூன்று முடிச்சு, மாம்பிஞ்சு, மிஞ்சு. */
const WRITTEN_ENDS =
  /(?:முடிச்சு|பிஞ்சு|விழைச்சு|குழைச்சு|வரிச்சு|இறைஞ்சு|^[மவக]ிஞ்சு|^[மவ]ிஞ்ச|குறிஞ்சான்|கரிச்சான்|கவிச்சு|கலிஞ்சு)$/u;

/** Whole words that end like one of these and are written so. */
const WRITTEN = new Set(
  wordList('அமைச்சு அனிச்ச மிச்ச எலுமிச்ச பிச்ச பிஞ்சு பிச்சு கிச்சு இங்கிட்டு அங்கிட்டு எங்கிட்டு சிக்கல சிச்ச பிஞ்ச நீங்க'),
);

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
