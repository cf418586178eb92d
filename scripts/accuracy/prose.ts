import { findIssues } from '../../tamil/proofread/find-issues.ts';
import type { Finding } from '../../tamil/proofread/finding.ts';
import type { Case } from './cases.ts';

/** One finding in a text that is taken for correct, to be read by a person: many a text carries real slips. */
export interface Alarm {
  readonly rule: string;
  readonly severity: Finding['severity'];
  readonly was: string;
  readonly suggestion: string;
  /** The text around it, the range in ⟦⟧. */
  readonly context: string;
  readonly id: string;
}

const AROUND = 40;

export const wordsIn = (text: string): number => text.split(/\s+/).filter(Boolean).length;

export const alarmsIn = ({ text, id = '' }: Case): Alarm[] =>
  findIssues(text).map(({ rule, severity, start, end, suggestion }) => {
    const was = text.slice(start, end);
    const before = text.slice(Math.max(0, start - AROUND), start);
    const context = `${before}⟦${was}⟧${text.slice(end, end + AROUND)}`.replace(/\s+/g, ' ');
    return { rule, severity, was, suggestion, context, id };
  });

const rate = (count: number, words: number): string => ((1000 * count) / Math.max(1, words)).toFixed(2);

/** Findings by rule and by family, most first. */
export const byRule = (
  alarms: readonly Alarm[],
  words: number,
  nameOf: (alarm: Alarm) => string,
): Record<string, string | number>[] =>
  [...Map.groupBy(alarms, nameOf)]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([name, of]) => ({ rule: name, findings: of.length, 'per 1,000 words': rate(of.length, words) }));

export const familyOfRule = ({ rule }: Alarm): string => rule.slice(0, rule.indexOf('/'));

/** The corrections made most often. */
export const commonest = (alarms: readonly Alarm[], most: number): Record<string, string | number>[] =>
  [...Map.groupBy(alarms, ({ rule, was, suggestion }) => `${was} → ${suggestion} (${rule})`)]
    .sort(([, a], [, b]) => b.length - a.length)
    .slice(0, most)
    .map(([correction, of]) => ({ correction, times: of.length }));
