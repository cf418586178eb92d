import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Generations } from '../shared/generations.ts';

const LASTS_MS = 100;
const asked = fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), after: fc.nat(250) }));

it('what was asked for lately is there, and what nobody asked for in three times the time is made anew', () => {
  fc.assert(
    fc.property(asked, (all) => {
      const generations = new Generations<object>({ most: 8, lastsMs: LASTS_MS });
      const last = new Map<string, { at: number; value: object }>();
      let now = 0;
      for (const { key, after } of all) {
        now += after;
        const value = generations.recall(key, now) ?? generations.remember(key, {}, now);
        const before = last.get(key);
        if (before !== undefined && now - before.at < LASTS_MS) expect(value).toBe(before.value);
        if (before !== undefined && now - before.at > 3 * LASTS_MS) expect(value).not.toBe(before.value);
        last.set(key, { at: now, value });
      }
    }),
  );
});

it.each([2, 3, 10])('there are at most %i, and half of so many that were asked for last', (most) => {
  const keys = fc.array(fc.nat(2 * most).map(String), { minLength: 1 });
  fc.assert(
    fc.property(keys, (all) => {
      const generations = new Generations<string>({ most });
      let lately: string[] = [];
      for (const key of all) {
        generations.recall(key) ?? generations.remember(key, key);
        expect(generations.size).toBeLessThanOrEqual(most);
        lately = [key, ...lately.filter((other) => other !== key)];
      }
      const kept = lately.slice(0, Math.floor(most / 2));
      expect(kept.map((key) => generations.recall(key))).toEqual(kept);
    }),
  );
});

it('a value takes the place of the one before it, in either generation', () => {
  const generations = new Generations<string>({ most: 4 });
  for (const [key, value] of [
    ['a', 'first'],
    ['a', 'second'],
    ['b', ''],
    ['c', ''],
    ['a', 'third'],
  ] as const)
    generations.remember(key, value);
  expect([generations.recall('a'), generations.size]).toEqual(['third', 3]);
  generations.forget('a');
  expect(generations.recall('a')).toBeUndefined();
  generations.remember('b', 'again');
  generations.clear();
  expect([generations.recall('b'), generations.recall('c'), generations.size]).toEqual([
    undefined,
    undefined,
    0,
  ]);
});
