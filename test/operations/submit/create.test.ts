import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LockRule } from '../../../shared/operations/kind.ts';
import type { Unfinished } from '../../../shared/operations/record/record.ts';
import { StoreUnavailable } from '../../../shared/operations/store/port.ts';
import { create, createWithinQuota, createWithLock } from '../../../shared/operations/submit/create.ts';
import { queued, succeeded } from '../../contract/records.ts';
import { openServices, type ServiceFixture } from '../../support/service-fixture.ts';

let fixture: ServiceFixture;
beforeEach(() => {
  fixture = openServices({}, { unfinishedOperations: 1 });
});
afterEach(() => fixture[Symbol.asyncDispose]());

const draft = (name: string, changes: Partial<Unfinished> = {}) =>
  queued(name, { fingerprint: 'f', ...changes }) as Unfinished;
const created = (op: Unfinished) => create(fixture.services, op);

describe('a record', () => {
  it('is created for one, and is the other’s who has the same id and body', async () => {
    expect(await created(draft('a'))).toMatchObject({ kind: 'created', operation: draft('a') });
    expect(await created(draft('a'))).toEqual({ kind: 'existing', operation: draft('a') });
    await expect(created(draft('a', { fingerprint: 'g' }))).rejects.toMatchObject({
      code: 'idempotency-key-reused',
    });
  });

  it('that came to its retention’s end between the two looks at it is made anew', async () => {
    let expired = false;
    fixture.interpose((store) => ({
      create: async (op) => {
        if (expired) return store.create(op);
        expired = true;
        return undefined;
      },
      read: async () => undefined,
    }));
    expect(await created(draft('a'))).toMatchObject({ kind: 'created' });
    expect(fixture.storeCalls).toMatchObject({ create: 2, read: 1 });
  });

  it('that comes and goes is given up after five tries, as a store that cannot be relied on', async () => {
    fixture.interpose(() => ({ create: async () => undefined, read: async () => undefined }));
    await expect(created(draft('a'))).rejects.toThrow(StoreUnavailable);
    expect(fixture.storeCalls.create).toBe(5);
  });
});

describe('the place of an operation within the quota', () => {
  const within = (op: Unfinished, services = fixture.services, rule?: LockRule) =>
    createWithinQuota(services, op, rule);
  const away = () => Promise.reject(new StoreUnavailable('away'));
  const rule: LockRule = { name: 'one', code: 'certification-running', detail: 'no' };
  /** An unfinished operation of another tenant has the lock. */
  const holdLock = async () => {
    const holder = draft('holder', { tenant_id: 'school-2' });
    await createWithLock(fixture.services, holder, rule);
  };
  /** How often the store was asked how many there are. */
  const counted = () => {
    let counts = 0;
    fixture.interpose((store) => ({
      countUnfinished: (...args) => {
        counts += 1;
        return store.countUnfinished(...args);
      },
    }));
    return () => counts;
  };

  it('is used by what was recorded', async () => {
    await within(draft('a'));
    await expect(within(draft('b'))).rejects.toMatchObject({ code: 'rate-limited' });
  });

  it('is given to the next at once by what was refused, or was there already', async () => {
    const counts = counted();
    await fixture.services.store.create(succeeded('there', {}, { fingerprint: 'f' }));
    await holdLock();
    await expect(within(draft('a'), fixture.services, rule)).rejects.toMatchObject({
      code: 'certification-running',
    });
    expect(await within(draft('there'))).toMatchObject({ kind: 'existing' });
    expect(await within(draft('b'))).toMatchObject({ kind: 'created' });
    expect(counts()).toBe(0);
  });

  it('of what the store did not answer for is the store’s to count: the next is asked for', async () => {
    const counts = counted();
    const { store } = fixture.services;
    await expect(
      within(draft('a'), { ...fixture.services, store: { ...store, create: away } }),
    ).rejects.toThrow(StoreUnavailable);
    expect(await within(draft('b'))).toMatchObject({ kind: 'created' });
    expect(counts()).toBe(1);
  });
});
