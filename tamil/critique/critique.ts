import type { FindOptions } from '../proofread/find-issues.ts';
import { citations } from './citations.ts';
import { clarity } from './clarity.ts';
import { type Essay, readEssay } from './essay.ts';
import { facts } from './facts.ts';
import {
  bySeverity,
  type CritiqueItem,
  type Draft,
  draft,
  gravest,
  locate,
  type Part,
  type Section,
} from './item.ts';
import { quotations } from './quotations.ts';
import { structure } from './structure.ts';

export interface CritiqueSection {
  title: string;
  summary: string;
  items: CritiqueItem[];
}

export interface Critique {
  summary: string;
  /** The gravest faults, a line for each kind. */
  topFixes: string[];
  sections: Record<Section, CritiqueSection>;
  /** What must not be believed unread, by the item that says so. */
  safetyFlags: { itemId: string; type: 'unverified' | 'conflicting'; message: string }[];
}

export type CritiqueOptions = Pick<FindOptions, 'disabledRules'>;

const TITLES: Readonly<Record<Section, string>> = {
  structure: 'கட்டமைப்பும் ஓட்டமும்',
  clarity: 'தெளிவு',
  facts: 'செய்திகளின் உண்மை',
  citations: 'மேற்கோள்கள்',
};

const FIX_LIMIT = 5;
const MOSTLY_TAMIL = 0.5;

/** How many items of a category are shown, where there may be many. */
const LIMITS: Readonly<Record<string, number>> = {
  'sentence-length': 6,
  repetition: 4,
  'spoken-form': 6,
  spelling: 8,
  sandhi: 8,
  agreement: 4,
  spacing: 4,
  quotation: 8,
  kural: 12,
};
const OTHER_LIMIT = 6;

/**
 * Critiques a Tamil essay without a language model: only what can be counted, located or looked up, and never praise.
 * Places are UTF-16 code units of `text`; every item's excerpt is exactly the range it names.
 */
export const critique = (text: string, options: CritiqueOptions = {}): Critique => {
  const essay = readEssay(text);
  const quoted = quotations(essay);
  const parts: Record<Section, Part> = {
    structure: withLanguage(essay, structure(essay)),
    clarity: clarity(essay, quoted, options),
    facts: facts(essay),
    citations: citations(essay, quoted),
  };
  const sections = {
    structure: sectionOf(essay, 'structure', parts.structure),
    clarity: sectionOf(essay, 'clarity', parts.clarity),
    facts: sectionOf(essay, 'facts', parts.facts),
    citations: sectionOf(essay, 'citations', parts.citations),
  };
  const found = Object.values(parts).flatMap(({ items }) => items);
  return {
    summary: summary(essay, found),
    topFixes: topFixes(essay, found),
    sections,
    safetyFlags: Object.values(sections).flatMap(({ items }) => items.flatMap(flags)),
  };
};

/** The gravest items of each category, numbered. Where some are left out, it says how many there are. */
const sectionOf = (essay: Essay, section: Section, { summary, items }: Part): CritiqueSection => {
  const shown = new Set<Draft>();
  for (const [category, group] of Map.groupBy(items, (item) => item.category))
    for (const item of gravest(group, LIMITS[category] ?? OTHER_LIMIT)) shown.add(item);
  const rest =
    shown.size < items.length ? ` குறிப்புகள் ${items.length}; அவற்றில் ${shown.size} மட்டும் காட்டப்பட்டுள்ளன.` : '';
  return {
    title: TITLES[section],
    summary: `${summary}${rest}`,
    items: items
      .filter((item) => shown.has(item))
      .map(({ at, times: _, ...item }, index) => ({
        id: `${section}-${index + 1}`,
        ...item,
        location: at === null ? null : locate(essay, at),
      })),
  };
};

const withLanguage = (essay: Essay, part: Part): Part =>
  essay.tamilShare < MOSTLY_TAMIL ? { ...part, items: [notTamil(essay), ...part.items] } : part;

const notTamil = (essay: Essay): Draft =>
  draft({
    category: 'language',
    severity: 'high',
    title: essay.words.length === 0 ? 'தமிழ்ச் சொல் எதுவும் இல்லை' : 'பெரும்பகுதி தமிழில் இல்லை',
    description: `மொத்தச் சொற்கள் ${essay.wordCount}; தமிழ்ச் சொற்கள் ${essay.words.length}. இந்த ஆய்வு தமிழ்க் கட்டுரைகளுக்கு உரியது; மற்ற மொழிப் பகுதிகளின் எழுத்தும் இலக்கணமும் ஆராயப்படவில்லை.`,
  });

const isFault = ({ badge }: Pick<Draft, 'badge'>): boolean => badge !== 'verified';

const summary = (essay: Essay, all: readonly Draft[]): string => {
  const items = all.filter(isFault);
  const count = (severity: CritiqueItem['severity']): number =>
    items.filter((item) => item.severity === severity).length;
  const extent = `கட்டுரை (சொற்கள்: ${essay.wordCount}, வாக்கியங்கள்: ${essay.sentences.length}) விதிகளின் அடிப்படையில் ஆராயப்பட்டது.`;
  const found =
    items.length === 0
      ? 'எண்ணியும் ஒப்பிட்டும் அறியக்கூடிய குறை எதுவும் காணப்படவில்லை.'
      : `கவனிக்க வேண்டியவை: ${items.length} (முதன்மையானவை: ${count('high')}, அடுத்தவை: ${count('medium')}, சிறியவை: ${count('low')}).`;
  return `${extent} ${found} கருத்தின் தரத்தையும் செய்திகளின் உண்மையையும் இந்த ஆய்வு மதிப்பிடவில்லை; அவற்றை ஆசிரியரிடம் கேட்டறியுங்கள்.`;
};

/** One line for each category, the gravest first; it counts every place, shown or not. */
const topFixes = (essay: Essay, items: readonly Draft[]): string[] =>
  [...Map.groupBy(items.filter(isFault).toSorted(bySeverity), ({ category }) => category).values()]
    .slice(0, FIX_LIMIT)
    .flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const place = first.at === null ? null : locate(essay, first.at);
      const told = place === null || first.title.includes(place.excerpt);
      const named = told ? first.title : `${first.title}: ‘${short(place.excerpt)}’`;
      const places = group.reduce((sum, { times }) => sum + times, 0);
      return places > 1 ? `${named} (இவ்வகையில் மொத்தம் ${places})` : named;
    });

const short = (excerpt: string): string => {
  const words = excerpt.split(/\s+/u);
  return words.length > 5 ? `${words.slice(0, 5).join(' ')}…` : words.join(' ');
};

const FLAG_MESSAGES = {
  unverified: 'இந்தச் செய்தி சரிபார்க்கப்படவில்லை; பயன்படுத்தும் முன் நம்பத்தகுந்த சான்றோடு ஒப்பிடுங்கள்.',
  conflicting: 'இந்த மேற்கோள் அறியப்பட்ட மூலத்திலிருந்து வேறுபடுகிறது; மூலநூலோடு ஒப்பிடுங்கள்.',
} as const;

const flags = (item: CritiqueItem): Critique['safetyFlags'] =>
  item.badge === 'unverified' || item.badge === 'conflicting'
    ? [{ itemId: item.id, type: item.badge, message: FLAG_MESSAGES[item.badge] }]
    : [];
