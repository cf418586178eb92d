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
    place.recorded();
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
    await submit();
    place?.free();
    // Said twice it is no second place.
    place?.free();
    for (let n = 0; n < 4; n += 1) await submit();
    expect(store.looks).toBe(0);
    await submit();
    expect(store.looks).toBe(1);
  });

  it('whose place was given back during a look have it besides what the look found', async () => {
    const { quotas, submit, store } = scene(20);
    const first = await quotas[0]?.take('a');
    const second = quotas[0]?.take('a');
    first?.free();
    (await second)?.recorded();
    expect(store.looks).toBe(1);
    await submit();
    expect(store.looks).toBe(1);
    await submit();
    expect(store.looks).toBe(2);
  });

  it('of ten thousand tenants those seen last are remembered', async () => {
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
    for (let n = 0; n < 500; n += 1) (await quotas[0]?.take('a'))?.free();
    expect(store.looks).toBe(0);
  });

  it('of a tenant that is full are refused at once, whatever is about to be recorded', async () => {
    const { quotas, store } = scene(1);
    await quotas[0]?.take('a');
    store.recorded = 1;
    expect(await quotas[0]?.take('a')).toBeUndefined();
    expect(store.looks).toBe(1);
  });

  describe('that are worked on before they are recorded', () => {
    const open = ({ quotas }: ReturnType<typeof scene>, at = 0) => quotas[at]?.take('a', { lasting: true });
    const handOver = async (here: ReturnType<typeof scene>, at = 0) => {
      const place = await open(here, at);
      if (place === undefined) return false;
      await turn();
      here.store.recorded += 1;
      place.recorded();
      return true;
    };
    const openAll = async (here: ReturnType<typeof scene>, count: number, at = 0) => {
      const places = await Promise.all(Array.from({ length: count }, () => open(here, at)));
      return places.filter((place) => place !== undefined);
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

    it.each([1, 3, 40, 500])(
      'are %i at once and no more, which nobody waits to see the end of',
      async (limit) => {
        const here = scene(limit);
        const places = await openAll(here, 2 * limit + 200);
        expect(places).toHaveLength(limit);
        expect(await here.submit()).toBe(false);
        for (const place of places) {
          here.store.recorded += 1;
          place.recorded();
        }
        here.clock.now += 1000;
        expect(await handOver(here)).toBe(false);
        expect(here.store.recorded).toBe(limit);
      },
    );

    it('give their place to the next at once when they are answered', async () => {
      const here = scene(3);
      const [first] = await openAll(here, 10);
      expect(await open(here)).toBeUndefined();
      first?.free();
      expect(await open(here)).toBeDefined();
      expect(await open(here)).toBeUndefined();
    });

    it('count once though they are recorded at the begin, and no more when they are answered', async () => {
      const here = scene(3);
      const places = await openAll(here, 3);
      for (const place of places) {
        here.store.recorded += 1;
        place.recorded();
      }
      expect(await here.submit()).toBe(false);
      here.store.recorded -= 1;
      places[0]?.free();
      expect(await here.submit()).toBe(true);
      expect(await here.submit()).toBe(false);
    });

    it('cost the store no look while few are under way, however many there are', async () => {
      const here = scene(2000);
      for (let n = 0; n < 50; n += 1) for (const place of await openAll(here, 100)) place.free();
      expect(here.store.looks).toBe(0);
      await openAll(here, 101);
      expect(here.store.looks).toBe(1);
    });

    it('leave no more to be given away without a look than a twentieth, whatever was open once', async () => {
      const here = scene(200);
      for (const place of await openAll(here, 150)) place.free();
      here.store.recorded = 200;
      let more = 0;
      while (await here.submit()) more += 1;
      expect(more).toBeLessThanOrEqual(10);
    });

    it('in several instances exceed the limit by what the others have open, and then all are full', async () => {
      const [limit, instances] = [5, 3];
      const here = scene(limit, instances);
      for (let at = 0; at < instances; at += 1) {
        const places = await openAll(here, 2 * limit, at);
        expect(places).toHaveLength(limit);
        for (const place of places) setTimeout(() => place.recorded());
      }
      here.store.recorded = instances * limit;
      here.clock.now += 1000;
      for (let at = 0; at < instances; at += 1) expect(await handOver(here, at)).toBe(false);
    });

    it('beside others let no more in than the limit', async () => {
      const here = scene(100);
      const all = Array.from({ length: 400 }, async (_, n) => {
        for (let wait = 0; wait < n; wait += 1) await turn();
        return n % 2 ? handOver(here) : here.submit();
      });
      expect(accepted(await Promise.all(all))).toBe(100);
    });

    it('of a full tenant are asked for once a second, by all together', async () => {
      const here = scene(1);
      await handOver(here);
      here.clock.now += 1000;
      const { looks } = here.store;
      await Promise.all(Array.from({ length: 50 }, () => handOver(here)));
      expect(here.store.looks).toBe(looks + 1);
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
    (await quota.take('a'))?.recorded();
    await expect(Promise.all([quota.take('a'), quota.take('a')])).rejects.toThrow('down');
    down = false;
    expect(await quota.take('a')).toBeDefined();
  });
});

describe('the places that an instance gives away without a look', () => {
  it.each([
    [1, 1],
    [19, 1],
    [20, 1],
    [39, 1],
    [40, 2],
    [2000, 100],
  ])('of a limit of %i are %i: a twentieth, rounded down, and one at least', async (limit, places) => {
    const { quotas, store } = scene(limit);
    for (let n = 0; n < places; n += 1) await quotas[0]?.take('a');
    expect(store.looks).toBe(0);
    void quotas[0]?.take('a', { lasting: true });
    expect(store.looks).toBe(1);
  });

  it('are refused for a second once the limit was reached, without another look', async () => {
    const { submit, store, clock } = scene(1);
    await submit();
    expect(await submit()).toBe(false);
    const { looks } = store;
    clock.now += 999;
    expect(await submit()).toBe(false);
    expect(store.looks).toBe(looks);
    store.recorded = 0;
    clock.now += 1;
    expect(await submit()).toBe(true);
  });
});
