import { touches } from '../masks/find-masks.ts';
import type { Essay } from './essay.ts';
import { type Range, trimmed } from './range.ts';

export type Section = 'structure' | 'clarity' | 'facts' | 'citations';

/** One remark on an essay. */
export interface CritiqueItem {
  readonly id: string;
  readonly category: string;
  readonly severity: 'high' | 'medium' | 'low';
  readonly title: string;
  readonly description: string;
  /** UTF-16 code units of the essay, `to` exclusive; `excerpt` is exactly that range. */
  readonly location: { from: number; to: number; excerpt: string } | null;
  readonly suggestion: { text: string; canAutoApply: boolean; meaningMayChange: boolean } | null;
  readonly badge: 'verified' | 'unverified' | 'conflicting' | null;
  readonly sourceUrl: string | null;
  readonly sourceTitle: string | null;
}

/** An item before it is known whether it is shown, and under which number. */
export interface Draft extends Omit<CritiqueItem, 'id' | 'location'> {
  readonly at: Range | null;
  /** How many places it speaks for. */
  readonly times: number;
}

/** All that one part of the critique finds. A critique shows some of it. */
export interface Part {
  readonly summary: string;
  readonly items: readonly Draft[];
}

/** Excerpts longer than this quote the beginning; the place still covers exactly what is quoted. */
const EXCERPT_LIMIT = 300;

/** A place in the essay with the text that stands there. It never ends inside a letter, and never reaches over what is masked. */
export const locate = (essay: Essay, range: Range): CritiqueItem['location'] => {
  const { from, to: end } = proseOf(essay, range);
  if (end <= from) return null;
  let to = end;
  if (to - from > EXCERPT_LIMIT) {
    const space = essay.text.lastIndexOf(' ', from + EXCERPT_LIMIT);
    to = space > from ? space : wholeLetters(essay.text, from, from + EXCERPT_LIMIT);
  }
  return { from, to, excerpt: essay.text.slice(from, to) };
};

/** The longest stretch of a range that holds no address, code or tag. */
const proseOf = ({ text, masks }: Essay, range: Range): Range => {
  if (!touches(masks, range.from, range.to)) return range;
  let best: Range = { from: range.from, to: range.from };
  let at = range.from;
  for (const { start, end } of [...masks, { start: range.to, end: range.to }]) {
    if (end <= at && start < range.to) continue;
    const stretch = trimmed(text, { from: at, to: Math.min(start, range.to) });
    if (stretch.to - stretch.from > best.to - best.from) best = stretch;
    if (start >= range.to) break;
    at = end;
  }
  return best;
};

const wholeLetters = (text: string, from: number, limit: number): number => {
  let end = from;
  for (const { index, segment } of new Intl.Segmenter('ta').segment(text.slice(from, limit + 50))) {
    if (from + index + segment.length > limit) break;
    end = from + index + segment.length;
  }
  return end > from ? end : limit;
};

/** The opening words of a sentence, to name it by in running text. */
export const opening = (text: string): string => {
  const words = text.split(/\s+/u, 5).slice(0, 4).join(' ');
  return words.length < text.length ? `${words}…` : words;
};

export const draft = (
  facts: Pick<Draft, 'category' | 'severity' | 'title' | 'description'> & Partial<Draft>,
): Draft => ({
  at: null,
  suggestion: null,
  badge: null,
  sourceUrl: null,
  sourceTitle: null,
  times: 1,
  ...facts,
});

const RANK = { high: 0, medium: 1, low: 2 } as const;

/** The gravest come first. */
export const bySeverity = (a: Pick<CritiqueItem, 'severity'>, b: Pick<CritiqueItem, 'severity'>): number =>
  RANK[a.severity] - RANK[b.severity];

/** The gravest of what was found, in the order in which they were given. */
export const gravest = (items: readonly Draft[], limit: number): readonly Draft[] => {
  if (items.length <= limit) return items;
  const kept = new Set(items.toSorted(bySeverity).slice(0, limit));
  return items.filter((item) => kept.has(item));
};
