import { expect, it } from 'vitest';
import { createSecondTime } from '../shared/second-time.ts';

it('is told of what comes again soon', () => {
  const isSecond = createSecondTime(64);
  expect(isSecond(1_800_000_000_000)).toBe(false);
  expect(isSecond(1_800_000_000_000)).toBe(true);
  expect(isSecond(1_800_000_000_000)).toBe(true);
  expect(isSecond(0)).toBe(false);
});

it.each([1, 64, 4096])('is told of each of a few that take turns, %i apart', (apart) => {
  const isSecond = createSecondTime(64);
  const few = Array.from({ length: 64 }, (_, n) => n * apart);
  expect(few.map(isSecond)).not.toContain(true);
  for (let turn = 0; turn < 3; turn += 1) expect(few.map(isSecond)).not.toContain(false);
});

it('is not told of many that take turns', () => {
  const isSecond = createSecondTime(64);
  const many = Array.from({ length: 65 }, (_, n) => n);
  expect([...many, ...many].map(isSecond)).not.toContain(true);
});
