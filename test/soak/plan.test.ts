import { describe, expect, it } from 'vitest';
import { marker } from './history.ts';
import { makePlan } from './plan.ts';

const OPTIONS = { operations: 2000, seed: 7, faults: 0.05 };
const share = <T>(of: readonly T[], that: (one: T) => unknown) => of.filter(that).length / of.length;

describe('the plan of a soak', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(makePlan(OPTIONS)).toEqual(makePlan(OPTIONS));
    expect(makePlan({ ...OPTIONS, seed: 8 })).not.toEqual(makePlan(OPTIONS));
  });

  it('mixes everything, and faults as often as asked', () => {
    const { operations, kills } = makePlan(OPTIONS);
    const calls = operations.flatMap(({ provider }) => provider);
    expect(share(calls, (one) => one !== 'sound')).toBeCloseTo(OPTIONS.faults, 1);
    expect(new Set(calls)).toEqual(new Set(['sound', '429', '500', 'hang', 'garbage', 'reset']));
    expect(share(operations, (one) => one.hangsUpAfterMs !== undefined)).toBeCloseTo(OPTIONS.faults, 1);
    expect(new Set(operations.map(({ endpoint }) => endpoint)).size).toBe(2);
    expect(share(operations, ({ key }) => key)).toBeCloseTo(0.5, 1);
    expect(share(operations, ({ text }) => text.length > 1200)).toBeCloseTo(0.2, 1);
    for (const what of ['cancelsAfterMs', 'intruder', 'lists', 'otherBody', 'prefer'] as const)
      expect(share(operations, (one) => one[what])).toBeGreaterThan(0.01);
    expect(kills).toHaveLength(4);
    expect(kills.every(({ after }) => after > 0 && after < OPTIONS.operations)).toBe(true);
  });

  it('tells operations apart by their text, and repeats only what has a key', () => {
    const { operations } = makePlan(OPTIONS);
    expect(operations.every(({ index, text }) => text.includes(marker(index)))).toBe(true);
    expect(operations.every(({ key, copies, otherBody }) => key || (copies === 1 && !otherBody))).toBe(true);
  });

  it('without faults has none', () => {
    const { operations, kills } = makePlan({ ...OPTIONS, faults: 0 });
    expect(kills).toEqual([]);
    expect(operations.flatMap(({ provider }) => provider).every((one) => one === 'sound')).toBe(true);
  });
});
