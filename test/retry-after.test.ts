import { describe, expect, it } from 'vitest';
import { retryAfterMs } from '../shared/retry-after.ts';

describe('Retry-After', () => {
  const now = Date.parse('2026-11-01T00:00:00Z');

  it.each([
    [undefined, undefined],
    [null, undefined],
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
