import type { Essay, Range } from './essay.ts';

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

/** An item without its id, which is given when the sections are put together. */
export type Draft = Omit<CritiqueItem, 'id'>;

/** Excerpts longer than this quote the beginning; the place still covers exactly what is quoted. */
const EXCERPT_LIMIT = 300;

/** A place in the essay with the text that stands there. Never ends inside a letter. */
export const locate = (essay: Essay, range: Range): NonNullable<Draft['location']> => {
  let to = range.to;
  if (to - range.from > EXCERPT_LIMIT) {
    const space = essay.text.lastIndexOf(' ', range.from + EXCERPT_LIMIT);
    to = space > range.from ? space : wholeLetters(essay.text, range.from, range.from + EXCERPT_LIMIT);
  }
  return { from: range.from, to, excerpt: essay.text.slice(range.from, to) };
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
  const words = text.split(/\s+/u).slice(0, 4).join(' ');
  return words.length < text.length ? `${words}…` : words;
};

export const draft = (
  facts: Pick<Draft, 'category' | 'severity' | 'title' | 'description'> & Partial<Draft>,
): Draft => ({ location: null, suggestion: null, badge: null, sourceUrl: null, sourceTitle: null, ...facts });
