import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createUnfinishedQuota } from '../../shared/quota/unfinished.ts';

/** A store that holds operations of one tenant, and instances that look at it. */
function scene(limit: number, instances = 1) {
  const store = { recorded: 0, looks: 0, upTo: new Set<number>() };
  const clock = { now: 0 };
  const count = async (_tenant: string, upTo: number) => {
    store.looks += 1;
    store.upTo.add(upTo);
    await turn();
    return Math.min(store.recorded, upTo);
  };
  const quotas = Array.from({ length: instances }, () =>
    createUnfinishedQuota({ limit, count, now: () => clock.now }),
  );
  /** Submits as a request does: takes a place, then records. */
  const submit = async (at = 0, tenant_id = 'a'): Promise<boolean> => {
    const place = await quotas[at]?.take(tenant_id);
    if (place === undefined) return false;
    await turn();
    store.recorded += 1;
    await turn();
    place.settle('used');
    return true;
  };
  return { store, clock, quotas, submit };
}

const accepted = (all: readonly boolean[]) => all.filter(Boolean).length;

describe('unfinished operations of a tenant', () => {
  it.each([1, 2, 5, 40, 2000])('are held to %i by one instance, one after the other', async (limit) => {
    const { submit, store } = scene(limit);
    for (let n = 0; n < limit; n += 1) expect(await submit()).toBe(true);
    expect(await submit()).toBe(false);
    expect(store.recorded).toBe(limit);
  });

  it.each([1, 5, 40, 500])('are held to %i by one instance, all at once', async (limit) => {
    const { submit, store } = scene(limit);
    expect(accepted(await Promise.all(Array.from({ length: 2 * limit + 10 }, () => submit())))).toBe(limit);
    expect(store.recorded).toBe(limit);
  });

  it('cost the store no look while they are few, and few up to the limit', async () => {
    const { submit, store } = scene(2000);
    for (let n = 0; n < 100; n += 1) await submit();
    expect(store.looks).toBe(0);
    for (let n = 100; n < 1000; n += 1) await submit();
    expect(store.looks).toBeLessThan(20);
  });

  it('are counted no further than to the limit', async () => {
    const { submit, store } = scene(3);
    for (let n = 0; n < 5; n += 1) await submit();
    expect([...store.upTo]).toEqual([3]);
  });

  it('exceed the limit by a twentieth for each instance at most', async () => {
    const limit = 200;
    const instances = 8;
    const { submit, store } = scene(limit, instances);
    // Each has taken one of its first share; then one instance fills the limit, unseen by the others.
    for (let n = 0; n < instances; n += 1) await submit(n);
    while (await submit(0)) {}
    for (let n = 1; n < instances; n += 1) while (await submit(n)) {}
    expect(store.recorded).toBeGreaterThan(limit);
    expect(store.recorded).toBeLessThanOrEqual(limit + (instances * limit) / 20);
  });

  it('that were not recorded after all give their place back, and no look', async () => {
    const { quotas, submit, store } = scene(100);
    const place = await quotas[0]?.take('a');
    place?.settle('free');
    place?.settle('free');
    for (let n = 0; n < 5; n += 1) await submit();
    expect(store.looks).toBe(0);
    await submit();
    expect(store.looks).toBe(1);
  });

  it('whose place was given back during a look have it besides what the look found', async () => {
    const { quotas, submit, store } = scene(20);
    const first = await quotas[0]?.take('a');
    const second = quotas[0]?.take('a');
    first?.settle('free');
    (await second)?.settle('used');
    expect(store.looks).toBe(1);
    await submit();
    expect(store.looks).toBe(1);
    await submit();
    expect(store.looks).toBe(2);
  });

  it('of the tenants seen last are remembered, ten thousand of them', async () => {
    const { quotas, store } = scene(20);
    const take = (tenant: string) => quotas[0]?.take(tenant);
    await take('a');
    for (let n = 1; n < 10_000; n += 1) await take(`tenant-${n}`);
    await take('a');
    await take('one too many');
    expect(store.looks).toBe(1);
    await take('a');
    expect(store.looks).toBe(2);
    await take('tenant-1');
    expect(store.looks).toBe(2);
  });

  it('that were accepted before a restart count', async () => {
    const { submit, store } = scene(100);
    store.recorded = 100;
    let more = 0;
    while (await submit()) more += 1;
    expect(more).toBe(5);
  });

  it('are refused for a second without asking again, and no longer', async () => {
    const { submit, store, clock } = scene(1);
    await submit();
    expect(await submit()).toBe(false);
    const { looks } = store;
    for (let n = 0; n < 1000; n += 1) expect(await submit()).toBe(false);
    expect(store.looks).toBe(looks);
    store.recorded = 0;
    expect(await submit()).toBe(false);
    clock.now += 1000;
    expect(await submit()).toBe(true);
  });

  it('do not count when they were there already', async () => {
    const { quotas, store } = scene(40);
    for (let n = 0; n < 500; n += 1) (await quotas[0]?.take('a'))?.settle('free');
    expect(store.looks).toBe(0);
  });

  describe('that are recorded without a place', () => {
    const handOver = async ({ store, quotas }: ReturnType<typeof scene>) => {
      if (await quotas[0]?.isFull('a')) return false;
      await turn();
      store.recorded += 1;
      await quotas[0]?.add('a');
      return true;
    };

    it.each([1, 5, 40, 500])('are refused beyond %i, one after the other', async (limit) => {
      const here = scene(limit);
      for (let n = 0; n < limit; n += 1) expect(await handOver(here)).toBe(true);
      for (let n = 0; n < 5; n += 1) {
        expect(await handOver(here)).toBe(false);
        expect(await here.submit()).toBe(false);
        here.clock.now += 1000;
      }
      here.store.recorded -= 1;
      here.clock.now += 1000;
      expect(await handOver(here)).toBe(true);
      expect(await handOver(here)).toBe(false);
    });

    it('cost as few looks as others, and none of them to ask', async () => {
      const here = scene(2000);
      for (let n = 0; n < 99; n += 1) await handOver(here);
      for (let n = 0; n < 1000; n += 1) await here.quotas[0]?.isFull('a');
      expect(here.store.looks).toBe(0);
      await handOver(here);
      expect(here.store.looks).toBe(1);
    });

    it('beside those with a place let no more in than the limit', async () => {
      const here = scene(100);
      const all = Array.from({ length: 400 }, async (_, n) => {
        for (let wait = 0; wait < n; wait += 1) await turn();
        return n % 2 ? handOver(here) : here.submit();
      });
      const let_in = accepted(await Promise.all(all));
      expect(let_in).toBeGreaterThanOrEqual(100);
      expect(let_in).toBeLessThanOrEqual(102);
    });

    it('of a full tenant are asked for once a second, by all together', async () => {
      const here = scene(1);
      await handOver(here);
      here.clock.now += 1000;
      const { looks } = here.store;
      await Promise.all(Array.from({ length: 50 }, () => handOver(here)));
      expect(here.store.looks).toBe(looks + 1);
    });

    it('are accepted though the look fails, and looked for with the next', async () => {
      let looks = 0;
      const count = async () => {
        looks += 1;
        if (looks === 1) throw new Error('down');
        return 1;
      };
      const quota = createUnfinishedQuota({ limit: 1, count, now: () => 0 });
      await quota.add('a');
      expect(await quota.isFull('a')).toBe(false);
      await quota.add('a');
      expect(await quota.isFull('a')).toBe(true);
      expect(await quota.isFull('b')).toBe(false);
    });
  });

  it('of one tenant are not another’s', async () => {
    const { submit } = scene(1);
    await submit();
    expect(await submit(0, 'a')).toBe(false);
    expect(await submit(0, 'b')).toBe(true);
  });

  it('are asked for again after a look that failed', async () => {
    let down = true;
    const count = async () => {
      if (down) throw new Error('down');
      return 0;
    };
    const quota = createUnfinishedQuota({ limit: 1, count, now: () => 0 });
    (await quota.take('a'))?.settle('used');
    await expect(Promise.all([quota.take('a'), quota.take('a')])).rejects.toThrow('down');
    down = false;
    expect(await quota.take('a')).toBeDefined();
  });
});
