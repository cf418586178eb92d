import type { Essay } from './essay.ts';
import { type Draft, draft, type Part } from './item.ts';
import { unknownVerse, verseItems } from './kural.ts';
import { type Quotation, tellsStory } from './quotations.ts';
import type { Range } from './range.ts';
import { givenNumber } from './verse-number.ts';

const ADVISED_FROM = 60;

/** Quotations, and verses of the Kural wherever they stand. Only verses the engine carries can be confirmed. */
export const citations = (essay: Essay, quoted: readonly Quotation[]): Part => {
  const { verses, text } = essay;
  const others = besides(quoted, verses);
  const cited = [...verses, ...others].sort((a, b) => a.from - b.from);
  let taken = 0;
  const items = cited.flatMap((citation, at) => {
    const limits = { from: Math.max(taken, cited[at - 1]?.to ?? 0), to: cited[at + 1]?.from ?? text.length };
    const given = givenNumber(text, citation, limits);
    taken = given?.to ?? taken;
    if ('number' in citation) return verseItems(citation, given);
    return [citation.ofKural ? unknownVerse(text, citation, given) : unverified(citation)];
  });
  return { summary: summary(essay, items), items };
};

/** The quotations that hold no verse. Both are in order. */
const besides = (all: readonly Quotation[], verses: readonly Range[]): Quotation[] => {
  let next = 0;
  return all.filter(({ from, to }) => {
    while ((verses[next]?.to ?? to) <= from) next++;
    return (verses[next]?.from ?? to) >= to;
  });
};

const unverified = (quotation: Quotation): Draft =>
  draft({
    category: 'quotation',
    severity: 'low',
    title: 'மேற்கோள் சரிபார்க்கப்படவில்லை',
    description: quotation.sourced
      ? 'மேற்கோளின் மூலம் சுட்டப்பட்டுள்ளது; அதன் பாடத்தை இந்த ஆய்வால் ஒப்பிட இயலவில்லை. மூலநூலோடு ஒருமுறை ஒப்பிட்டுக்கொள்ளுங்கள்.'
      : quotation.attributed
        ? 'யார் சொன்னது என்பது தெரிகிறது; எந்த நூலில் அல்லது எந்தப் பாடலில் உள்ளது என்றும் குறிப்பிடுங்கள்.'
        : 'இது யார் சொன்னது, எந்த நூலில் உள்ளது என்று குறிப்பிடுங்கள்.',
    at: quotation,
    badge: 'unverified',
  });

const summary = (essay: Essay, items: readonly Draft[]): string => {
  if (items.length === 0)
    return essay.isLetter || essay.wordCount < ADVISED_FROM || tellsStory(essay)
      ? 'மேற்கோள் எதுவும் காணப்படவில்லை.'
      : 'மேற்கோள் எதுவும் காணப்படவில்லை. பள்ளிக் கட்டுரையாயின், பொருத்தமான குறளையோ பாடல் வரியையோ மூலத்தோடு சேர்க்கலாம்.';
  const count = (test: (item: Draft) => boolean): number => items.filter(test).length;
  const parts: [string, number][] = [
    ['சரிபார்க்கப்பட்ட குறள்கள்', count(({ badge }) => badge === 'verified')],
    ['பாடமோ எண்ணோ வேறுபடும் இடங்கள்', count(({ badge }) => badge === 'conflicting')],
    ['சரிபார்க்கப்படாத மேற்கோள்கள்', count(({ badge }) => badge === 'unverified')],
  ];
  return parts.flatMap(([name, number]) => (number > 0 ? `${name}: ${number}.` : [])).join(' ');
};
