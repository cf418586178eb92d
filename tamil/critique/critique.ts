import type { FindOptions } from '../proofread/find-issues.ts';
import { citations } from './citations.ts';
import { clarity } from './clarity.ts';
import { type Essay, readEssay } from './essay.ts';
import { facts } from './facts.ts';
import { type CritiqueItem, type Draft, draft, type Section } from './item.ts';
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

/**
 * Critiques a Tamil essay without a language model: only what can be counted, located or looked up, and never praise.
 * Places are UTF-16 code units of `text`; every item's excerpt is exactly the range it names.
 */
export const critique = (text: string, options: CritiqueOptions = {}): Critique => {
  const essay = readEssay(text);
  const drafts = {
    structure: structure(essay),
    clarity: clarity(essay, options),
    facts: facts(essay),
    citations: citations(essay),
  };
  if (essay.tamilShare < MOSTLY_TAMIL) drafts.structure.items.unshift(notTamil(essay));
  const sections = {
    structure: numbered('structure', drafts.structure),
    clarity: numbered('clarity', drafts.clarity),
    facts: numbered('facts', drafts.facts),
    citations: numbered('citations', drafts.citations),
  };
  const items = Object.values(sections).flatMap((section) => section.items);
  return {
    summary: summary(essay, items),
    topFixes: topFixes(items),
    sections,
    safetyFlags: items.flatMap(flags),
  };
};

const numbered = (
  section: Section,
  part: { readonly summary: string; readonly items: readonly Draft[] },
): CritiqueSection => ({
  title: TITLES[section],
  summary: part.summary,
  items: part.items.map((item, index) => ({ id: `${section}-${index + 1}`, ...item })),
});

const notTamil = (essay: Essay): Draft =>
  draft({
    category: 'language',
    severity: 'high',
    title: essay.words.length === 0 ? 'தமிழ்ச் சொல் எதுவும் இல்லை' : 'பெரும்பகுதி தமிழில் இல்லை',
    description: `மொத்தச் சொற்கள் ${essay.wordCount}; தமிழ்ச் சொற்கள் ${essay.words.length}. இந்த ஆய்வு தமிழ்க் கட்டுரைகளுக்கு உரியது; மற்ற மொழிப் பகுதிகளின் எழுத்தும் இலக்கணமும் ஆராயப்படவில்லை.`,
  });

const RANK = { high: 0, medium: 1, low: 2 } as const;

const summary = (essay: Essay, all: readonly CritiqueItem[]): string => {
  const items = all.filter(({ badge }) => badge !== 'verified');
  const count = (severity: CritiqueItem['severity']): number =>
    items.filter((item) => item.severity === severity).length;
  const extent = `கட்டுரை (சொற்கள்: ${essay.wordCount}, வாக்கியங்கள்: ${essay.sentences.length}) விதிகளின் அடிப்படையில் ஆராயப்பட்டது.`;
  const found =
    items.length === 0
      ? 'எண்ணியும் ஒப்பிட்டும் அறியக்கூடிய குறை எதுவும் காணப்படவில்லை.'
      : `கவனிக்க வேண்டியவை ${items.length}: முதன்மையானவை ${count('high')}, அடுத்தவை ${count('medium')}, சிறியவை ${count('low')}.`;
  return `${extent} ${found} கருத்தின் தரத்தையும் செய்திகளின் உண்மையையும் இந்த ஆய்வு மதிப்பிடவில்லை; அவற்றை ஆசிரியரிடம் கேட்டறியுங்கள்.`;
};

/** One line for each kind of fault, the gravest first. */
const topFixes = (items: readonly CritiqueItem[]): string[] => {
  const kinds = new Map<string, CritiqueItem[]>();
  for (const item of items
    .filter(({ badge }) => badge !== 'verified')
    .sort((a, b) => RANK[a.severity] - RANK[b.severity])) {
    const kind = item.badge === null ? item.category : `${item.badge} ${item.title}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), item]);
  }
  return [...kinds.values()].slice(0, FIX_LIMIT).flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const place = first.location === null ? '' : `: ‘${short(first.location.excerpt)}’`;
    return `${first.title}${place}${group.length > 1 ? ` (இதுபோல் மொத்தம் ${group.length})` : ''}`;
  });
};

const short = (excerpt: string): string => {
  const words = excerpt.split(/\s+/u);
  return words.length > 5 ? `${words.slice(0, 5).join(' ')}…` : excerpt;
};

const FLAG_MESSAGES = {
  unverified: 'இந்தச் செய்தி சரிபார்க்கப்படவில்லை; பயன்படுத்தும் முன் நம்பத்தகுந்த சான்றோடு ஒப்பிடுங்கள்.',
  conflicting: 'இந்த மேற்கோள் அறியப்பட்ட மூலத்திலிருந்து வேறுபடுகிறது; மூலநூலோடு ஒப்பிடுங்கள்.',
} as const;

const flags = (item: CritiqueItem): Critique['safetyFlags'] =>
  item.badge === 'unverified' || item.badge === 'conflicting'
    ? [{ itemId: item.id, type: item.badge, message: FLAG_MESSAGES[item.badge] }]
    : [];
