import { expect, it } from 'vitest';
import { createSecondTime } from '../shared/second-time.ts';

it('is told of what comes again soon', () => {
  const isSecond = createSecondTime(64);
  expect(isSecond(1_800_000_000_000)).toBe(false);
  expect(isSecond(1_800_000_000_000)).toBe(true);
  expect(isSecond(1_800_000_000_000)).toBe(true);
  expect(isSecond(0)).toBe(false);
});

it('is told of each of a few that take turns', () => {
  const isSecond = createSecondTime(64);
  const few = Array.from({ length: 64 }, (_, n) => n + 7);
  expect(few.map(isSecond)).not.toContain(true);
  expect(few.map(isSecond)).not.toContain(false);
});

it('is not told of many that take turns', () => {
  const isSecond = createSecondTime(64);
  const many = Array.from({ length: 640 }, (_, n) => n);
  expect([...many, ...many].map(isSecond)).not.toContain(true);
});
