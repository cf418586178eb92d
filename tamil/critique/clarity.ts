import type { FindOptions } from '../proofread/find-issues.ts';
import { readWords } from '../words/lists.ts';
import type { Essay, Sentence } from './essay.ts';
import { type Draft, draft, type Part } from './item.ts';
import type { Quotation } from './quotations.ts';
import { repetition } from './repetition.ts';
import { slips } from './slips.ts';

/** A Tamil word carries what takes English two: sentences past 20 words are hard to follow. */
const LONG = 20;
const VERY_LONG = 30;

/** How clearly the sentences read: their length, repetition, spoken forms and slips of writing. */
export const clarity = (essay: Essay, quoted: readonly Quotation[], options: FindOptions): Part => {
  const found = slips(essay, quoted, options);
  const items = [...longSentences(essay), ...repetition(essay), ...found.items];
  return { summary: `${lengths(essay)} ${found.summary}`.trim(), items };
};

const lengths = ({ sentences }: Essay): string => {
  if (sentences.length === 0) return 'வாக்கியம் எதுவும் காணப்படவில்லை.';
  let [total, shortest, longest, long] = [0, Number.POSITIVE_INFINITY, 0, 0];
  for (const { wordCount } of sentences) {
    total += wordCount;
    shortest = Math.min(shortest, wordCount);
    longest = Math.max(longest, wordCount);
    if (wordCount > LONG) long++;
  }
  const extent =
    sentences.length === 1
      ? `ஒரே வாக்கியம்; அதிலுள்ள சொற்கள்: ${total}.`
      : `ஒரு வாக்கியத்துக்குச் சராசரியாக ${(total / sentences.length).toFixed(1)} சொற்கள் (மிகக் குறைவு: ${shortest}, மிக அதிகம்: ${longest}).`;
  return long > 0 ? `${extent} ${LONG} சொற்களைத் தாண்டும் வாக்கியங்கள்: ${long}.` : extent;
};

const longSentences = ({ sentences }: Essay): Draft[] =>
  sentences
    .filter(({ wordCount }) => wordCount > LONG)
    .map((sentence) =>
      draft({
        category: 'sentence-length',
        severity: sentence.wordCount > VERY_LONG ? 'high' : 'medium',
        title: `நீண்ட வாக்கியம்: ${sentence.wordCount} சொற்கள்`,
        description: `இந்த வாக்கியத்தில் ${sentence.wordCount} சொற்கள் உள்ளன. ${breakingPoint(sentence)}`,
        at: sentence,
      }),
    );

const JOINTS = new Set(readWords('critique/joints'));
const MANY_COMMAS = 4;

const breakingPoint = ({ words, text }: Sentence): string => {
  const joint = words.slice(4, -4).find(({ form }) => JOINTS.has(form));
  if (joint !== undefined) return `‘${joint.form}’ வரும் இடத்தில் இரண்டு வாக்கியங்களாகப் பிரிக்கலாம்.`;
  return text.split(',').length > MANY_COMMAS
    ? 'அடுக்கிச் சொன்னவற்றை இரண்டு மூன்று வாக்கியங்களாகப் பிரித்து எழுதலாம்.'
    : 'ஒரு வாக்கியத்தில் ஒரு கருத்து என்ற முறையில், வினையெச்சம் வரும் இடத்தில் முடித்துப் புதிய வாக்கியத்தைத் தொடங்கலாம்.';
};
