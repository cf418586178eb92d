import { describe, expect, it } from 'vitest';
import { chargeRequest } from '../../shared/http/rate-limit.ts';
import type { Charged } from '../../shared/quota/rate.ts';

/** What a request is told whose charge came to this. */
const told = (charged: Partial<Charged>): Partial<Record<string, string | undefined>> => {
  const outcome = { allowed: true, remaining: 5, restoredMs: 0, retryMs: 0, ...charged };
  const rate = { perMinute: 60, size: 0, charge: () => outcome };
  const { fields, refusal } = chargeRequest(rate, 'a');
  return { ...fields, retryAfter: refusal?.headers['Retry-After'], detail: refusal?.message };
};

describe('a request that is refused', () => {
  it.each([
    [0.0004, '1'],
    [0.4, '1'],
    [1, '1'],
    [999, '1'],
    [1000, '1'],
    [1000.4, '1'],
    [1001, '2'],
    [1400, '2'],
    [1500, '2'],
    [59_001, '60'],
  ])('%d ms too early is told to come again in %s s, which is none too soon', (retryMs, seconds) => {
    const { RateLimit, retryAfter, detail } = told({ allowed: false, remaining: 0, retryMs });
    expect(retryAfter).toBe(seconds);
    expect(RateLimit).toBe(`"requests";r=0;t=${seconds}`);
    expect(detail).toContain(`in ${seconds} s`);
  });
});

describe('a request that is allowed', () => {
  it.each([
    [0, 0],
    [0.4, 0],
    [1, 1],
    [1400, 2],
    [60_000, 60],
  ])('is told that the quota is whole again after %d ms in whole seconds', (restoredMs, seconds) => {
    expect(told({ restoredMs, retryMs: 7000 })).toEqual({
      'RateLimit-Policy': '"requests";q=60;w=60',
      RateLimit: `"requests";r=5;t=${seconds}`,
      retryAfter: undefined,
      detail: undefined,
    });
  });
});
