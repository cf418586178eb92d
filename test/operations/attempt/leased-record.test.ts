import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LeasedRecord } from '../../../shared/operations/attempt/leased-record.ts';
import { type OperationStore, StoreUnavailable } from '../../../shared/operations/store/port.ts';
import { idOf, running } from '../../contract/records.ts';
import { openServices, type ServiceFixture } from '../../support/service-fixture.ts';

const TOKEN = 'token-a';
const COMPLETION = { provider: 'gemini', model: 'm', latency_ms: 1, result: {} };

let fixture: ServiceFixture;
let hold: LeasedRecord;
beforeEach(async () => {
  fixture = openServices();
  const { store, now } = fixture.services;
  const lease = { token: TOKEN, task: 'task-a', dispatch: 0, expires_at: now() + 60_000 };
  const operation = running('op', { lease });
  const version = (await store.create(operation)) ?? '';
  hold = new LeasedRecord(store, { operation, version }, now);
});
afterEach(() => fixture[Symbol.asyncDispose]());

const progress = (fraction: number) => hold.write({ type: 'progress', token: TOKEN, fraction });
const succeed = () => hold.write({ type: 'succeed', token: TOKEN, completion: COMPLETION });
const stored = async () => (await fixture.services.store.read(idOf('op')))?.operation;

/** The next update is made, and its answer lost. */
const loseNextAnswer = () =>
  fixture.interpose((store: OperationStore) => ({
    update: async (operation, version) => {
      fixture.interpose(() => ({}));
      await store.update(operation, version);
      throw new StoreUnavailable('the answer was lost');
    },
  }));

describe('a hold', () => {
  it('still holds after a write that was made although it was given up, so that a paid answer is kept', async () => {
    loseNextAnswer();
    await expect(progress(0.5)).rejects.toThrow(StoreUnavailable);
    expect(await succeed()).toMatchObject({ kind: 'written', operation: { status: 'succeeded' } });
    expect(await stored()).toMatchObject({ status: 'succeeded', provider: 'gemini' });
  });

  it('is lost to another lease, whatever the version', async () => {
    const { store, now } = fixture.services;
    const current = await store.read(idOf('op'));
    if (current?.operation.status !== 'running') throw new Error('not running');
    const lease = { token: 'token-b', task: 'task-b', dispatch: 0, expires_at: now() + 60_000 };
    await store.update({ ...current.operation, lease }, current.version);
    expect(await succeed()).toEqual({ kind: 'lost' });
    expect(await stored()).toMatchObject({ status: 'running', lease: { token: 'token-b' } });
  });

  it('is lost to its own last write where that write’s answer was, and the write stands', async () => {
    loseNextAnswer();
    await expect(succeed()).rejects.toThrow(StoreUnavailable);
    expect(await succeed()).toEqual({ kind: 'lost' });
    expect(await stored()).toMatchObject({ status: 'succeeded' });
  });
});
