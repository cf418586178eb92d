import { findIssues } from '../../tamil/proofread/find-issues.ts';
import type { Case } from './cases.ts';

export interface Tally {
  /** Mistakes in the cases, found, and found with an offered correction among the right ones. */
  mistakes: number;
  found: number;
  fixed: number;
  /** Issues raised in a case of a mistake, but outside its range: other slips of the sentence, or false alarms. */
  elsewhere: number;
  /** Correct cases, those flagged, the issues raised in them and their words. */
  correct: number;
  flagged: number;
  falseAlarms: number;
  words: number;
}

export const empty = (): Tally => ({
  mistakes: 0,
  found: 0,
  fixed: 0,
  elsewhere: 0,
  correct: 0,
  flagged: 0,
  falseAlarms: 0,
  words: 0,
});

const squeeze = (text: string): string => text.normalize('NFC').replace(/\s+/g, ' ').trim();

/** The range with every issue in it applied. An issue that reaches over the edge is applied whole. */
const judge = (item: Case): { found: boolean; fixed: boolean; elsewhere: number } => {
  const start = item.start ?? 0;
  const end = item.end ?? item.text.length;
  const issues = findIssues(item.text);
  const hits = issues.filter((issue) => issue.start < end && issue.end > start);
  let from = start;
  let to = end;
  let out = '';
  const [first] = hits;
  if (first !== undefined) from = Math.min(start, first.start);
  let at = from;
  for (const hit of hits) {
    out += item.text.slice(at, hit.start) + hit.suggestion;
    at = hit.end;
    to = Math.max(to, at);
  }
  const corrected = squeeze(out + item.text.slice(at, to));
  const wanted = (item.corrections ?? []).map((right) =>
    squeeze(item.text.slice(from, start) + right + item.text.slice(end, to)),
  );
  return {
    found: hits.length > 0,
    fixed: hits.length > 0 && (wanted.length === 0 || wanted.includes(corrected)),
    elsewhere: issues.length - hits.length,
  };
};

/** Counts one case, and returns what went wrong with it, a line each. */
export const add = (tally: Tally, item: Case): string[] => {
  const label = `${item.family ?? item.category} ${item.id ?? ''}: ${item.text}`;
  if (item.kind === 'incorrect') {
    const { found, fixed, elsewhere } = judge(item);
    tally.mistakes++;
    if (found) tally.found++;
    if (fixed) tally.fixed++;
    tally.elsewhere += elsewhere;
    return fixed ? [] : [`${found ? 'other' : 'miss '} ${label}`];
  }
  const issues = findIssues(item.text);
  tally.correct++;
  tally.words += item.text.split(/\s+/).filter(Boolean).length;
  tally.falseAlarms += issues.length;
  if (issues.length > 0) tally.flagged++;
  return issues.map((issue) => {
    const was = item.text.slice(issue.start, issue.end);
    return `alarm ${label} [${issue.rule}: ${was} → ${issue.suggestion}]`;
  });
};

export const recall = ({ fixed, mistakes }: Tally): number => (mistakes === 0 ? 1 : fixed / mistakes);

/** False alarms per 1,000 words of correct text. */
export const alarmRate = ({ falseAlarms, words }: Tally): number =>
  words === 0 ? 0 : (1000 * falseAlarms) / words;
