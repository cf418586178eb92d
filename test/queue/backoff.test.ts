import { describe, expect, it } from 'vitest';
import { backoffMs, retryAfterMs } from '../../shared/queue/backoff.ts';

describe('backoff', () => {
  const limits = { minMs: 100, maxMs: 1000 };

  it('doubles from the least to the most', () => {
    expect([0, 1, 2, 3, 4, 2000].map((n) => backoffMs(n, limits, () => 0))).toEqual([
      100, 200, 400, 800, 1000, 1000,
    ]);
  });

  it('is drawn up to half as long again, never past the most', () => {
    expect([0, 2, 3].map((n) => backoffMs(n, limits, () => 1))).toEqual([150, 600, 1000]);
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-11-01T00:00:00Z');

  it.each([
    [undefined, undefined],
    ['', undefined],
    ['soon', undefined],
    ['-1', undefined],
    ['0', 0],
    [' 120 ', 120_000],
    ['Sun, 01 Nov 2026 00:00:30 GMT', 30_000],
    ['Sat, 31 Oct 2026 23:00:00 GMT', 0],
  ])('%j is %j ms', (value, expected) => {
    expect(retryAfterMs(value, now)).toBe(expected);
  });
});
