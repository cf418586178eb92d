import { describe, expect, it } from 'vitest';
import { accepted } from '../../../shared/http/operation-answer.ts';
import { ProviderUnavailable } from '../../../shared/operations/kind.ts';
import { StoreUnavailable } from '../../../shared/operations/store/port.ts';
import type { Submission } from '../../../shared/operations/submit/submit.ts';
import { nothingFound } from '../../support/scripted-provider.ts';
import { ask, deliver, fixture, problemOf, reopen, respondAsync, stored, tooLarge } from './asking.ts';

/** Asks for work that takes a millisecond, asynchronously. */
const askBrief = (changes: Partial<Submission> = {}) =>
  ask({
    kind: { ...fixture.services.kinds.of('proofread'), isBrief: () => true },
    ...respondAsync(),
    ...changes,
  });

describe('brief work', () => {
  it('is done before its operation is recorded: one write, no task, and an answer as of any other', async () => {
    const { operation, applied, replayed } = await askBrief();
    expect({ applied, replayed }).toEqual({ applied: ['respond-async'], replayed: false });
    expect(accepted(fixture.services, operation)).toMatchObject({
      status: 202,
      body: { status: 'queued', poll_url: `/v1/operations/${operation.id}` },
      headers: { 'Retry-After': '1' },
    });
    expect(fixture.storeCalls).toEqual({ create: 1, read: 0, update: 0 });
    expect(fixture.queue.tasks).toEqual([]);
    expect(fixture.provider.calls).toHaveLength(1);
    const found = await stored(operation.id);
    expect(found).toMatchObject({
      status: 'succeeded',
      attempts: 0,
      result: { issues: [] },
      latency_ms: expect.any(Number),
    });
    for (const field of ['lease', 'due_at', 'error']) expect(found).not.toHaveProperty(field);
    expect(fixture.logged.filter(({ message }) => message === 'attempt')).toMatchObject([
      { operation_id: operation.id, attempt: 0, outcome: 'succeeded' },
    ]);
  });

  it('is shown to a client that waits', async () => {
    const { operation, applied } = await askBrief(respondAsync(5));
    expect(operation).toMatchObject({ status: 'succeeded' });
    expect(applied).toEqual(['respond-async', 'wait=5']);
  });

  it('comes after the record where there is a key, which keeps a second request from it', async () => {
    const { operation } = await askBrief({ key: 'k' });
    expect(fixture.provider.calls).toHaveLength(0);
    expect(await stored(operation.id)).toMatchObject({ status: 'queued' });
    expect(fixture.queue.tasks).toHaveLength(1);
  });

  it.each([
    ['fails', () => Promise.reject(new ProviderUnavailable('away'))],
    ['crashes', () => Promise.reject(new Error('a fault'))],
  ])('that %s is left to the queue, with all attempts left', async (_, script) => {
    fixture.provider.script = script;
    const { operation } = await askBrief();
    expect(await stored(operation.id)).toEqual(operation);
    expect(operation).toMatchObject({ status: 'queued', attempts: 0 });
    expect(fixture.queue.tasks).toMatchObject([{ operation_id: operation.id, generation: 0 }]);
    fixture.provider.script = nothingFound;
    expect(await deliver(operation.id)).toEqual({ kind: 'done', status: 'succeeded' });
    expect(await stored(operation.id)).toMatchObject({ status: 'succeeded', attempts: 1 });
  });

  it('whose result no store can take is left to the queue, where it fails', async () => {
    let first = true;
    fixture.interpose((store) => ({
      create: (operation) => {
        const isFirst = first;
        first = false;
        return isFirst ? tooLarge() : store.create(operation);
      },
    }));
    const { operation } = await askBrief();
    expect(await stored(operation.id)).toMatchObject({ status: 'queued' });
    expect(fixture.queue.tasks).toHaveLength(1);
  });

  it('that cannot be recorded is not accepted', async () => {
    fixture.interpose(() => ({ create: () => Promise.reject(new StoreUnavailable('full')) }));
    await expect(askBrief()).rejects.toThrow(StoreUnavailable);
    expect(fixture.queue.tasks).toEqual([]);
  });

  it('takes a place of the quota only while it lasts, and is not begun without one', async () => {
    await reopen({}, { unfinishedOperations: 1 });
    for (let n = 0; n < 3; n += 1) await askBrief();
    await ask(respondAsync());
    expect(await problemOf(askBrief())).toMatchObject({ code: 'rate-limited' });
    expect(fixture.provider.calls).toHaveLength(3);
  });
});
