import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../shared/queue/backoff.ts';

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
