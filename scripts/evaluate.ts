import { type Case, type Half, halfOf, readCases } from './accuracy/cases.ts';
import { FAMILIES, familyOf } from './accuracy/families.ts';
import { alarmsIn, byRule, commonest, familyOfRule, wordsIn } from './accuracy/prose.ts';
import { add, alarmRate, empty, type Tally } from './accuracy/tally.ts';

/**
 * Holds the offline engine against cases: `npm run evaluate -- FILE.jsonl … [--misses] [--half development|held-out]`.
 * `npm run evaluate -- --prose FILE.jsonl … [--misses]` takes every text for correct and lists the findings by family and by rule and the
 * twenty corrections made most often; with `--misses` each finding in its context, for a person to read.
 * Without it, prints one table by category, and one by family with the total over the families of high reliability. A case that names no family
 * is counted under the one that its expected correction, or its category, shows (accuracy/families.ts).
 */
const percent = (part: number, whole: number): string =>
  whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`;

const row = (name: string, tally: Tally): Record<string, string | number> => ({
  category: name,
  mistakes: tally.mistakes,
  found: percent(tally.found, tally.mistakes),
  recall: percent(tally.fixed, tally.mistakes),
  correct: tally.correct,
  'false alarms': tally.falseAlarms,
  'per 1,000 words': tally.words === 0 ? '-' : alarmRate(tally).toFixed(1),
  precision: percent(tally.fixed, tally.found + tally.falseAlarms),
  elsewhere: tally.elsewhere,
});

const byName = (cases: readonly Case[], nameOf: (item: Case) => string): [string, Tally][] => {
  const tallies = new Map<string, Tally>();
  for (const item of cases) {
    const tally = tallies.get(nameOf(item)) ?? empty();
    tallies.set(nameOf(item), tally);
    add(tally, item);
  }
  return [...tallies].sort(([a], [b]) => a.localeCompare(b));
};

const total = (cases: readonly Case[]): Tally => {
  const tally = empty();
  for (const item of cases) add(tally, item);
  return tally;
};

const report = (cases: readonly Case[]): void => {
  console.table([
    ...byName(cases, ({ category }) => category).map(([name, tally]) => row(name, tally)),
    row('all', total(cases)),
  ]);
  const known = cases.filter((item) => familyOf(item) !== undefined);
  if (known.length === 0) return;
  const high = known.filter((item) => FAMILIES[familyOf(item) ?? ''] === 'high');
  console.table([
    ...byName(known, (item) => familyOf(item) ?? '').map(([name, tally]) => ({
      ...row(name, tally),
      reliability: FAMILIES[name] ?? '-',
    })),
    { ...row('all high families', total(high)), reliability: 'high' },
  ]);
};

const MOST = 20;

const reportProse = (cases: readonly Case[], each: boolean): void => {
  const words = cases.reduce((sum, { text }) => sum + wordsIn(text), 0);
  const alarms = cases.flatMap(alarmsIn);
  console.log(
    `${words} words, ${alarms.length} findings, ${((1000 * alarms.length) / words).toFixed(2)} per 1,000 words`,
  );
  console.table(byRule(alarms, words, familyOfRule));
  console.table(byRule(alarms, words, ({ rule }) => rule));
  console.table(commonest(alarms, MOST));
  if (each)
    for (const { rule, severity, suggestion, context, id } of alarms)
      console.log(`${rule}\t${severity}\t${context}\t→ ${suggestion}\t${id}`);
};

const args = process.argv.slice(2);
const halfAt = args.indexOf('--half');
const half = halfAt < 0 ? undefined : args[halfAt + 1];
const files = args.filter((arg, index) => !arg.startsWith('--') && (halfAt < 0 || index !== halfAt + 1));
const isHalf = (value: string | undefined): value is Half | undefined =>
  value === undefined || value === 'development' || value === 'held-out';
if (files.length === 0 || !isHalf(half) || (halfAt >= 0 && half === undefined)) {
  console.error('usage: npm run evaluate -- [--prose] FILE.jsonl … [--misses] [--half development|held-out]');
  process.exitCode = 2;
} else {
  const cases = files.flatMap(readCases).filter((item) => half === undefined || halfOf(item) === half);
  const each = args.includes('--misses');
  if (args.includes('--prose')) reportProse(cases, each);
  else report(cases);
  if (each && !args.includes('--prose')) console.log(cases.flatMap((item) => add(empty(), item)).join('\n'));
}
