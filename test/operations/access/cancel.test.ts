import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cancel } from '../../../shared/operations/access/cancel.ts';
import { StoreUnavailable } from '../../../shared/operations/store/port.ts';
import { failed, idOf, queued, running, succeeded } from '../../contract/records.ts';
import { openServices, type ServiceFixture } from '../../support/service-fixture.ts';

let fixture: ServiceFixture;
beforeEach(() => {
  fixture = openServices();
});
afterEach(() => fixture[Symbol.asyncDispose]());

const cancelIt = (name = 'a') => cancel(fixture.services, 'school-1', idOf(name));
const stored = async (name = 'a') => (await fixture.services.store.read(idOf(name)))?.operation;

describe('cancelling an operation', () => {
  it.each([
    ['queued', queued('a')],
    ['running', running('a')],
  ])('ends one that is %s', async (_, operation) => {
    await fixture.services.store.create(operation);
    fixture.clock.now += 5000;
    expect(await cancelIt()).toMatchObject({ status: 'cancelled', completed_at: fixture.clock.now });
    expect(await stored()).toMatchObject({ status: 'cancelled', completed_at: fixture.clock.now });
  });

  it('that is cancelled already answers it as it is, and writes nothing', async () => {
    await fixture.services.store.create(queued('a'));
    const first = await cancelIt();
    fixture.clock.now += 5000;
    const { update } = fixture.storeCalls;
    expect(await cancelIt()).toEqual(first);
    expect(fixture.storeCalls.update).toBe(update);
  });

  it.each([
    ['succeeded', succeeded('a', {})],
    ['failed', failed('a')],
  ])('that has %s is refused, and says so', async (status, operation) => {
    await fixture.services.store.create(operation);
    await expect(cancelIt()).rejects.toMatchObject({
      code: 'operation-already-finished',
      message: expect.stringContaining(status),
      headers: { 'x-should-retry': 'false' },
    });
    expect(await stored()).toEqual(operation);
  });

  it('of another tenant, or of none, is not found', async () => {
    await fixture.services.store.create(queued('a', { tenant_id: 'school-2' }));
    await expect(cancelIt()).rejects.toMatchObject({ code: 'not-found' });
    await expect(cancelIt('b')).rejects.toMatchObject({ code: 'not-found' });
    expect(await stored()).toMatchObject({ status: 'queued' });
  });

  it('is tried ten times where another writes first, and the store is unavailable then', async () => {
    await fixture.services.store.create(running('a'));
    fixture.loseRaces(9);
    expect(await cancelIt()).toMatchObject({ status: 'cancelled' });

    await fixture.services.store.create(running('b'));
    fixture.loseRaces(10);
    await expect(cancelIt('b')).rejects.toThrow(StoreUnavailable);
  });

  it('that loses to its end is refused', async () => {
    await fixture.services.store.create(running('a'));
    fixture.interpose((store) => ({
      update: async (_, version) => {
        fixture.interpose(() => ({}));
        await store.update(succeeded('a', {}), version);
        return undefined;
      },
    }));
    await expect(cancelIt()).rejects.toMatchObject({ code: 'operation-already-finished' });
  });
});
