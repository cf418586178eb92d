import type { Mask } from './mask.ts';

/** Code as Markdown marks it (CommonMark 4.5, fenced code blocks; 6.1, code spans). */
export const findCode = (text: string): Mask[] => {
  if (!text.includes('`') && !text.includes('~~~')) return [];
  const fences = findFences(text);
  return [...fences, ...findSpans(text, fences)];
};

/** A line that opens or closes a fence, also one in a quotation or behind the mark of a list item. */
const FENCE = /^[\s>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(`{3,}(?=[^`]*$)|~{3,})/u;

interface Opened {
  readonly start: number;
  readonly fence: string;
}

/**
 * From a line that opens a fence to the line that closes it. A fence of grave accents that is never closed reaches to the end.
 * In chats a fence also opens behind words, as in "see ```", and closes within the paragraph.
 */
const findFences = (text: string): Mask[] => {
  const masks: Mask[] = [];
  let open: Opened | undefined;
  let behindWords: Opened | undefined;
  for (let start = 0; start <= text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, end);
    const fence = line.includes('```') || line.includes('~~~') ? FENCE.exec(line)?.[1] : undefined;
    if (open !== undefined) {
      if (fence?.startsWith(open.fence) && line.replace(/^[\s>]+/, '').trimEnd() === fence) {
        masks.push({ start: open.start, end, kind: 'code' });
        open = undefined;
      }
    } else if (line.trim() === '') behindWords = undefined;
    else if (fence !== undefined && fence !== behindWords?.fence) open = { start, fence };
    else if (line.includes('```')) {
      for (const { 0: run, index } of line.matchAll(/`{3,}/g)) {
        const opened = behindWords;
        if (opened === undefined) behindWords = { start: start + index, fence: run };
        else if (run === opened.fence) {
          masks.push({ start: opened.start, end: start + index + run.length, kind: 'code' });
          behindWords = undefined;
        }
      }
    }
    start = end + 1;
  }
  // A row of tildes is more often an ornament.
  if (open?.fence.startsWith('`')) masks.push({ start: open.start, end: text.length, kind: 'code' });
  return masks;
};

interface Run {
  readonly start: number;
  readonly end: number;
  readonly paragraph: number;
}

/** From a run of grave accents to the next run as long, within the paragraph. */
const findSpans = (text: string, fences: readonly Mask[]): Mask[] => {
  const runs = runsOf(text, fences);
  const byLength = Map.groupBy(runs, ({ start, end }) => end - start);
  const next = new Map<number, number>();
  const masks: Mask[] = [];
  let covered = 0;
  for (const run of runs) {
    if (run.start < covered) continue;
    const length = run.end - run.start;
    const alike = byLength.get(length) ?? [];
    let at = next.get(length) ?? 0;
    while (at < alike.length && (alike[at]?.start ?? 0) <= run.start) at++;
    next.set(length, at);
    const close = alike[at];
    if (close?.paragraph !== run.paragraph) continue;
    masks.push({ start: run.start, end: close.end, kind: 'code' });
    covered = close.end;
  }
  return masks;
};

const runsOf = (text: string, fences: readonly Mask[]): Run[] => {
  const runs: Run[] = [];
  let paragraph = 0;
  let fence = 0;
  for (const { 0: found, index } of text.matchAll(/`+|\n[^\S\n]*\n/g)) {
    while ((fences[fence]?.end ?? text.length) <= index) fence++;
    if (found[0] !== '`') paragraph++;
    else if (index < (fences[fence]?.start ?? text.length))
      runs.push({ start: index, end: index + found.length, paragraph });
  }
  return runs;
};
