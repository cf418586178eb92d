import type { Essay, Range } from './essay.ts';
import { countWords } from './essay.ts';
import { type Draft, draft, locate } from './item.ts';
import { kuralItem } from './kural.ts';

const QUOTATION_LIMIT = 12;
const LONGEST = 1000;
const SHORTEST_WORDS = 3;

const CLOSING = new Map([
  ['“', '”'],
  ['‘', '’'],
  ['«', '»'],
  ['"', '"'],
]);

/** Quotations in quotation marks, without the marks. One that does not end within its limit is none. */
const quotations = (text: string): Range[] => {
  const ranges: Range[] = [];
  const unclosed = new Set<string>();
  for (let i = 0; i < text.length; i++) {
    const mark = CLOSING.get(text[i] ?? '');
    if (mark === undefined || unclosed.has(mark)) continue;
    const end = text.indexOf(mark, i + 1);
    if (end < 0) unclosed.add(mark);
    if (end < 0 || end - i > LONGEST) continue;
    if (countWords(text.slice(i + 1, end)) >= SHORTEST_WORDS) ranges.push({ from: i + 1, to: end });
    i = end;
  }
  return ranges;
};

/** Quotations, and verses of the Kural wherever they stand. Only verses the engine carries can be confirmed. */
export const citations = (essay: Essay): { summary: string; items: Draft[] } => {
  const quoted = quotations(essay.text);
  const { verses } = essay;
  const rest = quoted.filter((range) => !verses.some(({ from, to }) => from < range.to && to > range.from));
  const items = [
    ...verses.map((verse) => kuralItem(essay, verse)),
    ...rest.map((range) => unrecognised(essay, range)),
  ]
    .sort((a, b) => (a.location?.from ?? 0) - (b.location?.from ?? 0))
    .slice(0, QUOTATION_LIMIT);
  return { summary: summary(verses.length, rest.length), items };
};

const unrecognised = (essay: Essay, range: Range): Draft =>
  draft({
    category: 'quotation',
    severity: 'low',
    title: 'மேற்கோள் சரிபார்க்கப்படவில்லை',
    description:
      'இந்த மேற்கோளின் மூலம் அறியப்படவில்லை. யார் சொன்னது, எந்த நூலில் எந்தப் பக்கத்தில் அல்லது எந்தப் பாடலில் உள்ளது என்று சேர்த்து எழுதுங்கள்.',
    location: locate(essay, range),
    badge: 'unverified',
  });

const summary = (verses: number, others: number): string => {
  if (verses + others === 0)
    return 'மேற்கோள் எதுவும் காணப்படவில்லை. பொருத்தமான குறள் அல்லது பாடல் வரி ஒன்றை எண்ணோடு சேர்த்தால் கருத்து வலுப்பெறும்.';
  const parts: string[] = [];
  if (verses > 0) parts.push(`திருக்குறள் எனக் கண்டறியப்பட்டவை: ${verses}.`);
  if (others > 0) parts.push(`மூலம் சரிபார்க்கப்படாத மேற்கோள்கள்: ${others}.`);
  return parts.join(' ');
};
