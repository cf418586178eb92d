import { expect, it } from 'vitest';
import { drawn, poissonTimes, seeded } from '../../../bench/simulate/model/random.ts';

const SEEDS = Array.from({ length: 2000 }, (_, seed) => seed);
const mean = (numbers: readonly number[]) => numbers.reduce((sum, n) => sum + n, 0) / numbers.length;

it.each([0, 1, 2])(
  'number %i is as likely to be anywhere, over many seeds, and tells nothing of the next seed',
  (n) => {
    const numbers = SEEDS.map((seed) => {
      const random = seeded(seed);
      for (let skipped = 0; skipped < n; skipped += 1) random();
      return random();
    });
    expect(mean(numbers)).toBeCloseTo(1 / 2, 1);
    for (const quarter of [0.25, 0.5, 0.75])
      expect(numbers.filter((number) => number < quarter).length / SEEDS.length).toBeCloseTo(quarter, 1);
    const products = numbers.slice(1).map((number, at) => (number - 1 / 2) * ((numbers[at] ?? 0) - 1 / 2));
    // Of two independent uniform numbers: 0, with a deviation of 1/12.
    expect(Math.abs(mean(products))).toBeLessThan((4 / 12) * SEEDS.length ** -0.5);
  },
);

it('what comes first is like what comes later: an arrival, and the time of a step', () => {
  const firsts = SEEDS.map((seed) => poissonTimes(4, 100_000, seeded(seed))[0] ?? 0);
  expect(mean(firsts) / 250).toBeCloseTo(1, 0.7);
  const steps = SEEDS.map((seed) => drawn({ kind: 'lognormal', p50Ms: 50, p95Ms: 150 }, seeded(seed)));
  expect(steps.filter((ms) => ms > 50).length / SEEDS.length).toBeCloseTo(0.5, 1);
  expect(steps.filter((ms) => ms > 150).length / SEEDS.length).toBeCloseTo(0.05, 1);
});
