import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRateQuota } from '../../shared/quota/rate.ts';

const MINUTE = 60_000;
const times = <T>(count: number, make: (_: unknown, n: number) => T): T[] =>
  Array.from({ length: count }, make);

describe('requests per minute', () => {
  it.each([1, 7, 60, 6000])('%i come at once, and not one more', (perMinute) => {
    const quota = createRateQuota(perMinute);
    const charged = times(perMinute + 3, () => quota.charge('a', 1234.5));
    expect(charged.map(({ allowed }) => allowed)).toEqual([
      ...times(perMinute, () => true),
      ...times(3, () => false),
    ]);
    expect(charged.map(({ remaining }) => remaining).slice(0, perMinute)).toEqual(
      Array.from({ length: perMinute }, (_, n) => perMinute - 1 - n),
    );
  });

  it.each([0, 1234.5, 86_400_000.1, 1e9 + 1 / 3])('come whole at %d, whatever their number', (now) => {
    // The interval of most is no binary fraction.
    for (const perMinute of [...times(300, (_, n) => n + 1), 5999, 6000]) {
      const quota = createRateQuota(perMinute);
      const charged = times(perMinute, () => quota.charge('a', now));
      expect(charged.filter(({ allowed }) => !allowed)).toEqual([]);
      expect(charged.map(({ remaining }) => remaining)).toEqual(
        times(perMinute, (_, n) => perMinute - 1 - n),
      );
      expect(quota.charge('a', now)).toMatchObject({ allowed: false, remaining: 0 });
    }
  });

  it.each([0, 86_400_000.1])(
    'come again when it was told, and not a millisecond sooner, from %d on',
    (start) => {
      for (const perMinute of [7, 59, 300, 6000]) {
        const quota = createRateQuota(perMinute);
        times(perMinute, () => quota.charge('a', start));
        const { retryMs } = quota.charge('a', start);
        expect(quota.charge('a', start + retryMs - 1).allowed).toBe(false);
        expect(quota.charge('a', start + retryMs + 1e-3).allowed).toBe(true);
      }
    },
  );

  it('then come one by one, when they were told to', () => {
    const quota = createRateQuota(60);
    times(60, () => quota.charge('a', 0));
    const refused = quota.charge('a', 0);
    expect(refused).toMatchObject({ allowed: false, remaining: 0, restoredMs: MINUTE });
    expect(refused.retryMs).toBeCloseTo(1000, 2);
    expect(quota.charge('a', 990).allowed).toBe(false);
    expect(quota.charge('a', 1000).allowed).toBe(true);
    expect(quota.charge('a', 1000).allowed).toBe(false);
  });

  it('a refused one costs nothing', () => {
    const quota = createRateQuota(60);
    times(60, () => quota.charge('a', 0));
    times(10_000, () => quota.charge('a', 500));
    expect(quota.charge('a', 1000).allowed).toBe(true);
  });

  it('one tenant’s are not another’s', () => {
    const quota = createRateQuota(5);
    times(50, () => quota.charge('a', 0));
    expect(quota.charge('b', 0)).toMatchObject({ allowed: true, remaining: 4 });
  });

  it('no window of a minute holds more than two minutes’ worth, whatever the arrivals', () => {
    const arrivals = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), arrivals, (perMinute, pauses) => {
        const quota = createRateQuota(perMinute);
        let now = 0;
        const admitted: number[] = [];
        for (const pause of pauses) {
          now += pause;
          const { allowed, remaining, retryMs } = quota.charge('a', now);
          if (allowed) admitted.push(now);
          expect(remaining).toBeLessThan(perMinute);
          expect(retryMs > 0).toBe(remaining === 0);
        }
        for (const from of admitted) {
          const within = admitted.filter((at) => at >= from && at < from + MINUTE).length;
          expect(within).toBeLessThanOrEqual(2 * perMinute);
        }
      }),
    );
  });

  it.each([0, 86_400_000.1])('whoever paces itself is never refused, from %d on', (start) => {
    for (const perMinute of [1, 7, 6000]) {
      const quota = createRateQuota(perMinute);
      times(perMinute - 1, () => quota.charge('a', start));
      for (let n = 0; n < 20_000; n += 1)
        expect(quota.charge('a', start + (n * MINUTE) / perMinute).allowed).toBe(true);
    }
  });

  it.each([0, 86_400_000.1])(
    'what remains is whole, and goes with what is to be waited, from %d on',
    (start) => {
      for (const left of [0, 1, 2]) {
        const quota = createRateQuota(7);
        times(6 - left, () => quota.charge('a', start));
        for (let n = 0; n < 1000; n += 1) {
          const { remaining, retryMs } = quota.charge('a', start + (n * MINUTE) / 7);
          expect([remaining, retryMs > 0]).toEqual([left, left === 0]);
        }
      }
    },
  );

  it('what a tenant has spent is not forgotten before it is restored', () => {
    const quota = createRateQuota(60);
    times(60, () => quota.charge('a', 1000));
    times(60, () => quota.charge('b', 1000));
    // One comes back in a second, and each of these takes one.
    expect(quota.charge('a', 30_000).remaining).toBe(28);
    expect(quota.charge('a', 60_000).remaining).toBe(57);
    expect(quota.charge('b', 60_500).remaining).toBe(58);
  });

  it('tenants are forgotten when their quota is whole again', () => {
    const quota = createRateQuota(10);
    for (let n = 0; n < 5000; n += 1) quota.charge(`tenant-${n}`, n);
    expect(quota.size).toBe(5000);
    quota.charge('later', 2 * MINUTE);
    expect(quota.size).toBe(1);
  });

  it('of more tenants than are remembered, those that have been away longest begin anew', () => {
    const quota = createRateQuota(2, 2);
    for (const tenant of ['a', 'a', 'b', 'b', 'a', 'c']) quota.charge(tenant, 0);
    expect(quota.charge('a', 0).allowed).toBe(false);
    expect(quota.charge('b', 0).allowed).toBe(true);
  });

  it('a flood of tenants takes no more memory than was granted', () => {
    const quota = createRateQuota(10, 100);
    for (let n = 0; n < 5000; n += 1) quota.charge(`tenant-${n}`, 0);
    expect(quota.size).toBe(100);
    times(20, () => quota.charge('tenant-4999', 0));
    expect(quota.charge('tenant-4999', 0).allowed).toBe(false);
  });
});
