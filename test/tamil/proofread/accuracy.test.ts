import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Case, halfOf, readCases } from '../../../scripts/accuracy/cases.ts';
import { FAMILIES } from '../../../scripts/accuracy/families.ts';
import { add, alarmRate, empty, recall, type Tally } from '../../../scripts/accuracy/tally.ts';

const DIRECTORY = new URL('../cases/', import.meta.url);
const cases = readdirSync(DIRECTORY).flatMap((name) => readCases(new URL(name, DIRECTORY).pathname));

const tallyOf = (wanted: (item: Case) => boolean): Tally => {
  const tally = empty();
  for (const item of cases) if (wanted(item)) add(tally, item);
  return tally;
};

/** What each family reached when it was last worked on, less five in a hundred. */
const FLOORS: Readonly<Record<string, number>> = {
  accusative: 0.95,
  'accusative-other': 0.95,
  'adverb-aaka': 0.95,
  'adverb-aay': 0.95,
  agreement: 0.64,
  article: 0.89,
  colloquial: 0.88,
  compound: 0.78,
  dative: 0.95,
  demonstrative: 0.95,
  'hard-u': 0.95,
  infinitive: 0.95,
  letter: 0.65,
  manner: 0.95,
  mayangoli: 0.88,
  mismatch: 0.95,
  'negative-participle': 0.95,
  'never-double': 0.95,
  particle: 0.95,
  phonotactics: 0.86,
  'phonotactics-other': 0.95,
  qualifier: 0.95,
  'relative-participle': 0.95,
  'soft-participle': 0.95,
  unicode: 0.95,
};

describe('the cases', () => {
  it('give every case an id of its own and a family that is known', () => {
    expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
    expect(cases.filter(({ family }) => FAMILIES[family ?? ''] === undefined)).toEqual([]);
  });

  it('mark a range that a right form would change', () => {
    for (const { kind, text, start = -1, end = -1, corrections = [] } of cases) {
      if (kind === 'correct') continue;
      expect(corrections).not.toEqual([]);
      expect(corrections).not.toContain(text.slice(start, end));
      expect(text.slice(start, end)).not.toBe('');
    }
  });

  it('hold 2,500 words of prose and both halves of each family of mistakes', () => {
    expect(tallyOf(({ family }) => family === 'prose').words).toBeGreaterThan(2500);
    for (const family of Object.keys(FLOORS)) {
      const of = cases.filter((item) => item.family === family);
      expect(new Set(of.map(halfOf)).size, family).toBe(2);
    }
  });
});

describe('the accuracy of the engine', () => {
  it('raises at most two false alarms in 1,000 words of correct prose', () => {
    expect(alarmRate(tallyOf(({ family }) => family === 'prose'))).toBeLessThanOrEqual(2);
  });

  it('raises at most two false alarms in 1,000 words that only look wrong', () => {
    expect(alarmRate(tallyOf(({ family }) => family !== 'prose'))).toBeLessThanOrEqual(2);
  });

  it.each(['development', 'held-out'] as const)(
    'mends nine of ten mistakes of the high families, %s half',
    (half) => {
      const high = tallyOf((item) => halfOf(item) === half && FAMILIES[item.family ?? ''] === 'high');
      expect(high.mistakes).toBeGreaterThan(100);
      expect(recall(high)).toBeGreaterThanOrEqual(0.9);
    },
  );

  it('touches nothing but the mistake in a sentence that has one', () => {
    expect(tallyOf(({ kind }) => kind === 'incorrect').elsewhere).toBe(0);
  });

  it.each(Object.entries(FLOORS))('%s does not fall below %d', (family, floor) => {
    expect(recall(tallyOf((item) => item.family === family))).toBeGreaterThanOrEqual(floor);
  });
});
