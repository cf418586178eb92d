import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cancel } from '../../../shared/operations/access/cancel.ts';
import type { Unfinished } from '../../../shared/operations/record/record.ts';
import type { Services } from '../../../shared/operations/services.ts';
import { type OperationStore, StoreUnavailable } from '../../../shared/operations/store/port.ts';
import { createWithLock } from '../../../shared/operations/submit/create.ts';
import { submit } from '../../../shared/operations/submit/submit.ts';
import { takeLock } from '../../../shared/operations/submit/take-lock.ts';
import { queued, running, succeeded } from '../../contract/records.ts';
import { openServices, type ServiceFixture } from '../../support/service-fixture.ts';

const MAX_AGE_MS = 3_600_000;
const RULE = { name: 'one', code: 'certification-running', detail: 'Come again.' } as const;
const REFUSED = { code: 'certification-running', headers: { 'Retry-After': '5' } };

let fixture: ServiceFixture;
beforeEach(() => {
  fixture = openServices({ maxAgeMs: MAX_AGE_MS }, { unfinishedOperations: 1 });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  return fixture[Symbol.asyncDispose]();
});

const draft = (name: string, changes: Partial<Unfinished> = {}) => queued(name, changes) as Unfinished;
/** The services of somebody who does `before` between taking the lock and creating the record. */
const pausing = (before: () => Promise<unknown>): Services => {
  const { store } = fixture.services;
  const create: OperationStore['create'] = async (op) => {
    await before();
    return store.create(op);
  };
  return { ...fixture.services, store: { ...store, create } };
};
const take = (name: string, changes: Partial<Unfinished> = {}, services = fixture.services) =>
  createWithLock(services, draft(name, changes), RULE);
const crash = () => Promise.reject(new Error('the process ended here'));

describe('a lock', () => {
  it('is free to the first, and to nobody while its operation is unfinished', async () => {
    expect(await take('a')).toMatchObject({ kind: 'created', operation: { id: draft('a').id } });
    await expect(take('b')).rejects.toMatchObject(REFUSED);
    expect(await fixture.services.store.read(draft('b').id)).toBeUndefined();
  });

  it('is free when its operation has finished', async () => {
    const first = await take('a');
    if (first.kind !== 'created') throw new Error('not created');
    await fixture.services.store.update(succeeded('a', {}), first.version);
    expect(await take('b')).toMatchObject({ kind: 'created' });
    await expect(take('c')).rejects.toMatchObject(REFUSED);
  });

  it('is free when its operation is too old to be finished any more', async () => {
    await fixture.services.store.create(running('a'));
    const { operation_id, taken_at, expire_at } = lockOf('a');
    await fixture.services.store.takeLock(RULE.name, { operation_id, taken_at, expire_at }, undefined);
    fixture.clock.now += MAX_AGE_MS - 1;
    await expect(take('b')).rejects.toMatchObject(REFUSED);
    fixture.clock.now += 1;
    expect(await take('b')).toMatchObject({ kind: 'created' });
  });

  it('is one of its name only', async () => {
    await take('a');
    const other = createWithLock(fixture.services, draft('b'), { ...RULE, name: 'two' });
    expect(await other).toMatchObject({ kind: 'created' });
  });

  it('goes to one of twenty at once, whose operation is the only one', async () => {
    const names = Array.from({ length: 20 }, (_, n) => `race-${n}`);
    const outcomes = await Promise.allSettled(names.map((name) => take(name)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject(REFUSED);
    const found = await Promise.all(names.map((name) => fixture.services.store.read(draft(name).id)));
    expect(found.filter((stored) => stored !== undefined)).toHaveLength(1);
  });
});

const lockOf = (name: string) => ({
  operation_id: draft(name).id,
  taken_at: fixture.clock.now,
  expire_at: draft(name).expire_at,
});

describe('after a crash', () => {
  it('between lock and record the lock is free again after five minutes', async () => {
    await expect(take('a', {}, pausing(crash))).rejects.toThrow('the process ended here');
    fixture.clock.now += 299_999;
    await expect(take('b')).rejects.toMatchObject(REFUSED);
    fixture.clock.now += 1;
    expect(await take('b')).toMatchObject({ kind: 'created' });
  });

  it('a repetition with the same key goes on at once', async () => {
    const keyed = { fingerprint: 'f' };
    await expect(take('a', keyed, pausing(crash))).rejects.toThrow();
    expect(await take('a', keyed)).toMatchObject({ kind: 'created' });
  });

  it('a repetition with the same key takes the lock anew once the first taking is too old to create by', async () => {
    const keyed = { fingerprint: 'f' };
    await expect(take('a', keyed, pausing(crash))).rejects.toThrow();
    fixture.clock.now += 30_000;
    expect(await take('a', keyed)).toMatchObject({ kind: 'created' });
    expect(await fixture.services.store.readLock(RULE.name)).toMatchObject({ taken_at: fixture.clock.now });
  });

  it('of its record’s readability the lock is free after five minutes', async () => {
    await take('a');
    fixture.damage(draft('a').id);
    await expect(take('b')).rejects.toMatchObject(REFUSED);
    fixture.clock.now += 300_000;
    expect(await take('b')).toMatchObject({ kind: 'created' });
  });
});

describe('of a taker and an onlooker whose clocks are two minutes apart', () => {
  const SKEW_MS = 120_000;

  it.each([
    ['behind', -SKEW_MS],
    ['ahead', SKEW_MS],
  ])('with the taker’s %s, the other is refused while the taker may still create', async (_name, skew) => {
    const slow = pausing(async () => {
      fixture.clock.now += 35_000;
      await expect(take('b')).rejects.toMatchObject(REFUSED);
    });
    const first = await take('a', {}, { ...slow, now: () => fixture.clock.now + skew });
    expect(first).toMatchObject({ kind: 'created' });
    expect(await fixture.services.store.read(draft('b').id)).toBeUndefined();
  });
});

it('a taker whose clock is set meanwhile creates all the same', async () => {
  fixture.interpose((store) => ({
    takeLock: async (...args) => {
      fixture.clock.now += 3_600_000;
      return store.takeLock(...args);
    },
  }));
  expect(await take('a')).toMatchObject({ kind: 'created' });
});

it.each([
  ['forward', 3_600_000],
  ['back', -3_600_000],
  ['not at all', 0],
])(
  'a taker that was asleep for longer than half a minute creates nothing: its clock set %s',
  async (_name, set) => {
    vi.useFakeTimers({ toFake: ['performance'] });
    fixture.interpose((store) => ({
      takeLock: async (...args) => {
        const taken = await store.takeLock(...args);
        vi.advanceTimersByTime(30_001);
        fixture.clock.now += set;
        return taken;
      },
    }));
    await expect(take('a')).rejects.toMatchObject({ name: 'StoreUnavailable' });
    expect(await fixture.services.store.read(draft('a').id)).toBeUndefined();
  },
);

describe('a certification that the quota refuses', () => {
  const certify = (integrationId: string, key?: string) =>
    submit(fixture.services, {
      kind: fixture.services.kinds.of('onboarding-certify'),
      input: { mode: 'quick', integrationId },
      tenant_id: 'school-1',
      request_id: 'request-1',
      key,
      preferences: { respondAsync: false, wait: undefined },
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      gone: () => new AbortController().signal,
      waiting: () => new AbortController().signal,
    });

  it.each([undefined, 'k'])('leaves its integration free (key %s)', async (key) => {
    const { operation } = await certify('other');
    await expect(certify('lms', key)).rejects.toMatchObject({ code: 'rate-limited' });
    await cancel(fixture.services, 'school-1', operation.id);
    // As long as a refusal lasts.
    const later = performance.now() + 1000;
    vi.spyOn(performance, 'now').mockImplementation(() => later);
    expect(await certify('lms')).toMatchObject({ operation: { status: 'queued' }, replayed: false });
    await expect(certify('lms', 'another')).rejects.toMatchObject({ code: 'rate-limited' });
  });

  it('is answered all the same if its key has made it before', async () => {
    const first = await certify('lms', 'k');
    expect(await certify('lms', 'k')).toEqual({ ...first, replayed: true });
    await expect(certify('lms')).rejects.toMatchObject({ code: 'rate-limited' });
  });

  it('has no place any more when it is refused for another that is running', async () => {
    await fixture[Symbol.asyncDispose]();
    fixture = openServices({}, { unfinishedOperations: 2 });
    await certify('lms');
    for (let n = 0; n < 5; n += 1)
      await expect(certify('lms', `k-${n}`)).rejects.toMatchObject({ code: 'certification-running' });
    expect((await certify('other')).operation.status).toBe('queued');
  });
});

describe('with a key', () => {
  const keyed = { fingerprint: 'f' };

  it('the keyed operation is answered whoever has the lock now', async () => {
    const first = await take('a', keyed);
    if (first.kind !== 'created') throw new Error('not created');
    expect(await take('a', keyed)).toMatchObject({ kind: 'existing', operation: { status: 'queued' } });
    await fixture.services.store.update(succeeded('a', {}, keyed), first.version);
    await take('b');
    expect(await take('a', keyed)).toMatchObject({ kind: 'existing', operation: { status: 'succeeded' } });
  });

  it('another body is refused before the lock is looked at', async () => {
    await take('a', keyed);
    await expect(take('a', { fingerprint: 'g' })).rejects.toMatchObject({ code: 'idempotency-key-reused' });
  });

  it('of twenty at once with one key one creates, and all get its operation', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => take('a', keyed)));
    expect(all.filter(({ kind }) => kind === 'created')).toHaveLength(1);
    expect(new Set(all.map(({ operation }) => operation.id))).toEqual(new Set([draft('a').id]));
  });
});

describe('a lock that others take and leave meanwhile', () => {
  /** So many takings find that another came first. */
  const loseRaces = (many: number) => {
    let left = many;
    fixture.interpose((store) => ({
      takeLock: async (...lock) => {
        left -= 1;
        return left >= 0 ? false : store.takeLock(...lock);
      },
    }));
  };

  it('is tried for five times', async () => {
    loseRaces(4);
    expect(await take('a')).toMatchObject({ kind: 'created' });
  });

  it('is refused then, and nothing is recorded', async () => {
    loseRaces(5);
    await expect(take('a')).rejects.toMatchObject(REFUSED);
    expect(await fixture.services.store.read(draft('a').id)).toBeUndefined();
  });
});

describe('a lock that was taken', () => {
  it('lets its operation be created for thirty seconds, and no longer', async () => {
    const rule = { name: 'one', code: 'certification-running', detail: 'Come again.' } as const;
    vi.useFakeTimers({ toFake: ['performance'] });
    const { check } = await takeLock(fixture.services, rule, draft('a'));
    vi.advanceTimersByTime(30_000);
    expect(check).not.toThrow();
    vi.advanceTimersByTime(1);
    expect(check).toThrow(StoreUnavailable);
  });
});
