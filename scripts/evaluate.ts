import { readFileSync } from 'node:fs';
import { findIssues } from '../shared/providers/rules/engine.ts';

/**
 * Holds the offline engine against cases: `npm run evaluate -- FILE.jsonl [--misses]`.
 * One case a line: `text`, `kind` (`incorrect`: the range `start`–`end`, or the whole text, holds a mistake, and each of
 * `corrections` is a right form of that range; `correct`: nothing may be flagged), `category`, `id`. Ranges are UTF-16 code units.
 */
interface Case {
  readonly id?: string;
  readonly category: string;
  readonly text: string;
  readonly kind: 'correct' | 'incorrect';
  readonly start?: number;
  readonly end?: number;
  readonly corrections?: readonly string[];
}

interface Tally {
  /** Mistakes in the cases, found, and found with an offered correction among the right ones. */
  mistakes: number;
  found: number;
  fixed: number;
  /** Correct cases, those flagged, the issues raised in them and their words. */
  correct: number;
  flagged: number;
  falseAlarms: number;
  words: number;
}

const isCase = (value: unknown): value is Case =>
  typeof value === 'object' && value !== null && 'text' in value && 'kind' in value && 'category' in value;

const readCases = (file: string): Case[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, index) => {
      const value: unknown = JSON.parse(line);
      if (!isCase(value)) throw new TypeError(`${file}:${index + 1} is not a case`);
      return value;
    });

const squeeze = (text: string): string => text.normalize('NFC').replace(/\s+/g, ' ').trim();

/** The range with every issue in it applied. An issue that reaches over the edge is applied whole. */
const judge = (item: Case): { found: boolean; fixed: boolean } => {
  const start = item.start ?? 0;
  const end = item.end ?? item.text.length;
  const hits = findIssues(item.text).filter((issue) => issue.start < end && issue.end > start);
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
  };
};

const add = (tally: Tally, item: Case, misses: string[]): void => {
  if (item.kind === 'incorrect') {
    const { found, fixed } = judge(item);
    tally.mistakes++;
    if (found) tally.found++;
    if (fixed) tally.fixed++;
    if (!fixed) misses.push(`${found ? 'other' : 'miss '} ${item.category} ${item.id ?? ''}: ${item.text}`);
    return;
  }
  const issues = findIssues(item.text);
  tally.correct++;
  tally.words += item.text.split(/\s+/).filter(Boolean).length;
  tally.falseAlarms += issues.length;
  if (issues.length > 0) tally.flagged++;
  for (const issue of issues) {
    misses.push(
      `alarm ${item.category} ${item.id ?? ''}: ${item.text} [${issue.rule} → ${issue.suggestion}]`,
    );
  }
};

const percent = (part: number, whole: number): string =>
  whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`;

const row = (name: string, tally: Tally): Record<string, string | number> => ({
  category: name,
  mistakes: tally.mistakes,
  found: percent(tally.found, tally.mistakes),
  recall: percent(tally.fixed, tally.mistakes),
  correct: tally.correct,
  'false alarms': tally.falseAlarms,
  'per 1,000 words': tally.words === 0 ? '-' : ((1000 * tally.falseAlarms) / tally.words).toFixed(1),
  precision: percent(tally.fixed, tally.found + tally.falseAlarms),
});

const empty = (): Tally => ({
  mistakes: 0,
  found: 0,
  fixed: 0,
  correct: 0,
  flagged: 0,
  falseAlarms: 0,
  words: 0,
});

const [file, ...flags] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: npm run evaluate -- FILE.jsonl [--misses]');
  process.exitCode = 2;
} else {
  const categories = new Map<string, Tally>();
  const total = empty();
  const misses: string[] = [];
  for (const item of readCases(file)) {
    const tally = categories.get(item.category) ?? empty();
    categories.set(item.category, tally);
    add(tally, item, misses);
    add(total, item, []);
  }
  console.table([
    ...[...categories].sort(([a], [b]) => a.localeCompare(b)).map(([name, tally]) => row(name, tally)),
    row('all', total),
  ]);
  if (flags.includes('--misses')) console.log(misses.join('\n'));
}
