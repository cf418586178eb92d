import type { CritiqueItem, CritiqueResult, ProofreadIssue } from '../../../client/src/client.ts';
import type { Mark, Status } from '../editor/marks.ts';

export type Section = keyof CritiqueResult['sections'];
export const SECTIONS: readonly Section[] = ['structure', 'clarity', 'facts', 'citations'];

/** An issue of the whole text: its offsets count from the beginning of the text, not of the part that was sent. */
export interface Issue extends ProofreadIssue {
  readonly key: string;
  readonly excerpt: string;
}

export interface Item extends CritiqueItem {
  readonly key: string;
  readonly section: Section;
}

/** Whether a range from outside is one of a text of this length. */
const isRange = (from: number, to: number, length: number): boolean =>
  Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from <= to && to <= length;

let keys = 0;
/** A key is never used again, since undo may bring back a mark of an earlier check. */
function newKey(): string {
  keys += 1;
  return `issue-${keys}`;
}

/** The issues of one part of a text, with what they found there. What is no range of the part is left out. */
export const issuesOf = (found: readonly ProofreadIssue[], part: string, start: number): Issue[] =>
  found
    .filter((issue) => isRange(issue.start, issue.end, part.length))
    .map((issue) => ({
      ...issue,
      key: newKey(),
      start: start + issue.start,
      end: start + issue.end,
      excerpt: part.slice(issue.start, issue.end),
    }));

/** @param position where a position of the checked text is now */
export const issueMark = (issue: Issue, position: (of: number) => number, text: string): Mark => {
  const from = position(issue.start);
  const to = Math.max(from, position(issue.end));
  return {
    key: issue.key,
    layer: 'proofread',
    from,
    to,
    excerpt: issue.excerpt,
    tone: issue.type,
    suggestion: issue.suggestion,
    ...untouched(issue.excerpt, text.slice(from, to)),
  };
};

export const itemsOf = ({ sections }: CritiqueResult): Item[] =>
  SECTIONS.flatMap((section) =>
    sections[section].items.map((item, at) => ({ ...item, section, key: `item-${section}-${at}` })),
  );

/** The mark of an item that points into the text. */
export function itemMark(item: Item, position: (of: number) => number, text: string): Mark | undefined {
  if (item.location === null) return undefined;
  const { from: start, to: end, excerpt } = item.location;
  if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end < start) return undefined;
  const from = Math.min(position(start), text.length);
  const to = Math.min(Math.max(from, position(end)), text.length);
  return {
    key: item.key,
    layer: 'critique',
    from,
    to,
    excerpt,
    tone: item.section,
    suggestion: item.suggestion?.canAutoApply === true ? item.suggestion.text : undefined,
    ...untouched(excerpt, text.slice(from, to)),
  };
}

const untouched = (excerpt: string, now: string): { status: Status; stale: boolean } => ({
  status: 'open',
  stale: now !== excerpt,
});

/** What may be accepted without being read: letters that are wrong in every reading of the word. */
export const isMechanical = ({ type, severity, rule }: ProofreadIssue): boolean =>
  (type === 'spelling' && severity === 'high') || rule?.startsWith('unicode/') === true;
