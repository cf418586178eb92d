import { compile, readPattern } from '../proofread/word-pattern.ts';
import { readWords } from '../words/lists.ts';
import type { Essay, Sentence } from './essay.ts';
import { type Draft, draft, opening } from './item.ts';

/** Words that tie a sentence to the one before. */
export const CONNECTIVES = new Set(readWords('critique/connectives'));
/** Words that point back to what was said, and so tie without a connective. */
const pointsBack = compile(readPattern('critique/pointing'));

/** இவற்றைத், இதனால்ப்: the consonant that the next word doubles. */
const DOUBLED = /[கசதப]்$/u;

const MANY_SENTENCES = 8;
const SAME_CONNECTIVE = 4;
/** Share of sentences that point back in a text that holds together without connectives. */
const POINTING = 0.15;
/** Words of a sentence among which one may point back. */
const POINTING_WORDS = 6;

const connectiveOf = ({ words }: Sentence): string | undefined =>
  words.slice(0, 3).find(({ form }) => CONNECTIVES.has(form))?.form;

/** The connectives that sentences begin with, one of each sentence. */
export const connectives = ({ sentences }: Essay): string[] =>
  sentences.flatMap((sentence) => connectiveOf(sentence) ?? []);

/** How the sentences are tied together: not at all, or always by the same word. */
export const ties = (essay: Essay): Draft[] => {
  const used = connectives(essay);
  return used.length === 0 ? untied(essay) : monotonous(essay, used);
};

const untied = (essay: Essay): Draft[] => {
  const sentences = essay.sentences.filter(({ listed }) => !listed);
  const pointing = sentences.filter(({ words }) =>
    words.slice(0, POINTING_WORDS).some(({ form }) => pointsBack(form.replace(DOUBLED, ''))),
  );
  if (sentences.length < MANY_SENTENCES || pointing.length >= sentences.length * POINTING) return [];
  return [
    draft({
      category: 'connectives',
      severity: 'medium',
      title: 'இணைப்புச் சொற்கள் இல்லை',
      description:
        'எந்த வாக்கியமும் இணைப்புச் சொல்லோடு தொடங்கவில்லை. காரணத்துக்கு ‘ஏனெனில்’, விளைவுக்கு ‘எனவே’, மாறான கருத்துக்கு ‘ஆனால்’, கூடுதல் கருத்துக்கு ‘மேலும்’ என்று பொருளுக்கு ஏற்ற சொல்லால் சில வாக்கியங்களை முந்தைய வாக்கியத்தோடு இணையுங்கள்.',
    }),
  ];
};

/** Connectives that come again and again, with how often. */
export const overused = (used: readonly string[]): [connective: string, count: number][] =>
  [...Map.groupBy(used, (word) => word)]
    .map(([word, places]): [string, number] => [word, places.length])
    .filter(([, count]) => count >= SAME_CONNECTIVE && count > used.length / 2);

const monotonous = (essay: Essay, used: readonly string[]): Draft[] =>
  overused(used).map(([word, count]) => {
    const at = essay.sentences.filter((sentence) => connectiveOf(sentence) === word)[SAME_CONNECTIVE - 1];
    return draft({
      category: 'connectives',
      severity: 'low',
      title: `‘${word}’ என்னும் இணைப்புச் சொல் மீண்டும் மீண்டும் வருகிறது`,
      description: `${count} வாக்கியங்கள் இதே சொல்லைக் கொண்டு இணைக்கப்பட்டுள்ளன${at === undefined ? '' : ` (எ.கா. ‘${opening(at.text)}’)`}. சில இடங்களில் பொருளுக்கு ஏற்ற வேறு இணைப்புச் சொல்லைப் பயன்படுத்துங்கள்.`,
      at: at ?? null,
    });
  });
