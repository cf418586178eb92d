import * as z from 'zod';
import { SECTION_TITLES } from '../../analyses/conclude.ts';
import {
  type CritiqueItem,
  critiqueItem,
  type EssayCritiqueResult,
  essayCritiqueResult,
  SECTIONS,
} from '../../analyses/essay-critique.ts';
import { createLocator, type Locate } from '../../analyses/grounding.ts';
import { changesMeaning } from '../../analyses/meaning.ts';
import { isRangeOf, type Range } from '../../analyses/range.ts';
import { isCorrection } from '../../analyses/suggestion.ts';
import { createPace } from '../../pace.ts';
import { flag, inTamil, list, offset, oneOf, refuseForeign, words } from './answer.ts';
import { CallFault } from './faults.ts';

type SectionName = (typeof SECTIONS)[number];

const BADGES = ['verified', 'unverified', 'conflicting'] as const satisfies CritiqueItem['badge'][];
const FLAG_TYPES = essayCritiqueResult.shape.safetyFlags.element.shape.type.options;

/** What is taken of an item: any part may be missing or wrong, and is then made up for. */
const takenItem = z.object({
  id: words,
  category: words,
  severity: oneOf(critiqueItem.shape.severity.options, 'medium'),
  title: words,
  description: words,
  location: z.object({ from: offset, to: offset, excerpt: words }).nullable().catch(null),
  suggestion: z
    .object({ text: z.string(), canAutoApply: flag, meaningMayChange: flag })
    .nullable()
    .catch(null),
  badge: oneOf(BADGES, null),
  sourceUrl: words,
  sourceTitle: words,
});
type TakenItem = z.infer<typeof takenItem>;

/** What is looked at of a section, and of the other lists; a model is asked for eight items, and three fixes. */
const MAX_ITEMS = 50;
const MAX_FLAGS = 4 * MAX_ITEMS;
const few = (most: number) => list.transform((given) => given.slice(0, most));

const takenSection = z.object({ title: words, summary: words, items: few(MAX_ITEMS) });
const takenFlag = z.object({ itemId: words, type: z.enum(FLAG_TYPES), message: words });
const takenCritique = z.object({
  summary: words,
  topFixes: few(MAX_ITEMS),
  sections: z.object({
    structure: z.unknown().optional(),
    clarity: z.unknown().optional(),
    facts: z.unknown().optional(),
    citations: z.unknown().optional(),
  } satisfies Record<SectionName, z.ZodType>),
  safetyFlags: few(MAX_FLAGS),
});

const ITEM_TITLE = 'கவனிக்க வேண்டிய இடம்';
const ITEM_DESCRIPTIONS = {
  structure: 'இந்த இடத்தின் அமைப்பையும் ஓட்டத்தையும் மீண்டும் பார்க்கவும்.',
  clarity: 'இந்த இடத்தை இன்னும் தெளிவாக எழுதலாம்.',
  facts: 'இந்தத் தகவலை நம்பகமான ஆதாரத்துடன் சரிபார்க்கவும்.',
  citations: 'இந்த மேற்கோளை மூலநூலுடன் ஒப்பிட்டுச் சரிபார்க்கவும்.',
} as const satisfies Record<SectionName, string>;

/**
 * Reads the critique of an answer and finds its items in `text`, which begins at `start` of the essay. An item about words
 * that are not in the text is dropped, and so is a suggestion that does not correct its place.
 * @throws {CallFault} the answer is not of the form
 */
export async function readCritique(
  answer: unknown,
  text: string,
  start: number,
): Promise<EssayCritiqueResult> {
  const critique = takenCritique.safeParse(answer).data;
  const given = (name: SectionName) => takenSection.safeParse(critique?.sections[name]).data;
  if (critique === undefined || !SECTIONS.some((name) => given(name) !== undefined))
    throw new CallFault('unusable', 'the answer has none of the four sections');
  const items = SECTIONS.flatMap((name) => given(name)?.items ?? []);
  refuseForeign(items.map((item) => takenItem.safeParse(item).data?.description ?? ''));
  const locate = createLocator(text);
  const pace = createPace();
  const section = async (name: SectionName) => {
    const { title, summary, items } = given(name) ?? { title: '', summary: '', items: [] };
    const read: CritiqueItem[] = [];
    for (const [index, item] of items.entries()) {
      read.push(...readItem(takenItem.safeParse(item).data, name, index));
      await pace();
    }
    return { title: inTamil(title, SECTION_TITLES[name]), summary: inTamil(summary, ''), items: read };
  };
  const readItem = (item: TakenItem | undefined, name: SectionName, index: number): CritiqueItem[] => {
    if (item === undefined || (item.title + item.description).trim() === '') return [];
    const range = place(text, locate, item.location);
    if (range === undefined) return [];
    return [
      {
        id: item.id || `${name}-${index + 1}`,
        category: item.category || SECTION_TITLES[name],
        severity: item.severity,
        title: inTamil(item.title, ITEM_TITLE),
        description: inTamil(item.description, ITEM_DESCRIPTIONS[name]),
        location: range && {
          from: start + range.start,
          to: start + range.end,
          excerpt: text.slice(range.start, range.end),
        },
        suggestion: weigh(text, range, item.suggestion),
        badge: item.badge,
        sourceUrl: item.sourceUrl || null,
        sourceTitle: item.sourceTitle || null,
      },
    ];
  };
  return {
    summary: inTamil(critique.summary, ''),
    topFixes: critique.topFixes.map((fix) => inTamil(words.parse(fix), '')).filter((fix) => fix !== ''),
    sections: {
      structure: await section('structure'),
      clarity: await section('clarity'),
      facts: await section('facts'),
      citations: await section('citations'),
    },
    safetyFlags: critique.safetyFlags
      .flatMap((each) => takenFlag.safeParse(each).data ?? [])
      .map((each) => ({ ...each, message: inTamil(each.message, '') })),
  };
}

/** `null`: about no place; `undefined`: about a place that is not there. */
function place(text: string, locate: Locate, location: TakenItem['location']): Range | null | undefined {
  if (location === null) return null;
  const { excerpt, from, to } = location;
  if (excerpt.trim() !== '') return locate({ excerpt, near: from });
  return from !== undefined && to !== undefined && isRangeOf(text, from, to)
    ? { start: from, end: to }
    : null;
}

function weigh(
  text: string,
  range: Range | null,
  suggestion: TakenItem['suggestion'],
): CritiqueItem['suggestion'] {
  if (suggestion === null || range === null) return suggestion;
  if (!isCorrection(text, range, suggestion.text)) return null;
  const changes = changesMeaning(text.slice(range.start, range.end), suggestion.text);
  return { ...suggestion, meaningMayChange: suggestion.meaningMayChange || changes };
}
