import { describe, expect, it, vi } from 'vitest';
import { cancel } from '../../../shared/operations/access/cancel.ts';
import { ProviderRejected, ProviderUnavailable } from '../../../shared/operations/kind.ts';
import { StoreUnavailable } from '../../../shared/operations/store/port.ts';
import { sweep } from '../../../shared/operations/work/sweep.ts';
import { taskName } from '../../../shared/queue/port.ts';
import { nothingFound } from '../../support/scripted-provider.ts';
import { ask, DAY_MS, deliver, fixture, problemOf, respondAsync } from './asking.ts';

describe('Idempotency-Key', () => {
  const key = 'k-1';

  it('answers the same operation in its present state, and calls the provider once', async () => {
    const first = await ask({ key });
    const second = await ask({ key, request_id: 'request-2' });
    expect(second).toEqual({ operation: first.operation, replayed: true, applied: [] });
    expect(second.operation.request_id).toBe('request-1');
    expect(fixture.provider.calls).toHaveLength(1);
  });

  it('an unfinished operation is replayed unfinished, and not enqueued again', async () => {
    const first = await ask({ key, ...respondAsync() });
    const again = await ask({ key });
    expect(again).toMatchObject({ replayed: true, operation: { id: first.operation.id, status: 'queued' } });
    expect(fixture.queue.tasks).toHaveLength(1);
    expect(fixture.provider.calls).toHaveLength(0);
  });

  it('a repeated request enqueues what was recorded though the first request was told otherwise', async () => {
    fixture.interpose((store) => ({
      create: async (operation) => {
        await store.create(operation);
        throw new StoreUnavailable('no answer');
      },
    }));
    await expect(ask({ key, ...respondAsync() })).rejects.toThrow(StoreUnavailable);
    fixture.interpose(() => ({}));
    expect(fixture.queue.tasks).toEqual([]);
    fixture.clock.now += 5000;
    const { operation, replayed } = await ask({ key, ...respondAsync() });
    expect(replayed).toBe(true);
    expect(fixture.queue.tasks).toMatchObject([
      { operation_id: operation.id, generation: 0, created_at: operation.created_at },
    ]);
    await deliver(operation.id);
    fixture.clock.now += 5000;
    expect((await ask({ key, ...respondAsync() })).operation.status).toBe('succeeded');
    expect(fixture.queue.tasks).toHaveLength(1);
    expect(fixture.provider.calls).toHaveLength(1);
  });

  it('a repeated request enqueues nothing that was changed since, however late it comes', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    fixture.provider.script = async () => {
      fixture.clock.now += 1;
      throw new ProviderUnavailable('later', { retryAfterMs: 60_000 });
    };
    const { operation } = await ask({ key });
    expect(operation).toMatchObject({ status: 'queued', attempts: 0 });
    expect(fixture.queue.tasks).toMatchObject([{ delay_ms: 60_000 }]);
    fixture.clock.now += 10_000;
    expect(await ask({ key })).toMatchObject({ replayed: true, operation: { status: 'queued' } });
    expect(fixture.queue.tasks).toHaveLength(1);
  });

  it('a replay waits a second at most for a queue that does not answer', async () => {
    await ask({ key, ...respondAsync() });
    fixture.clock.now += 5000;
    const timeout = vi.spyOn(AbortSignal, 'timeout');
    vi.spyOn(fixture.services.queue, 'enqueue').mockImplementation(
      (_, signal) => new Promise((_resolve, reject) => signal?.addEventListener('abort', reject)),
    );
    expect((await ask({ key, ...respondAsync() })).operation.status).toBe('queued');
    expect(timeout.mock.calls).toEqual([[1000]]);
  });

  it('failed and cancelled operations are replayed as they are', async () => {
    const { operation } = await ask({ key, ...respondAsync() });
    fixture.provider.script = () => Promise.reject(new ProviderRejected('provider-request-rejected', 'no'));
    await deliver(operation.id);
    expect(await ask({ key })).toMatchObject({ replayed: true, operation: { status: 'failed' } });
    const other = await ask({ key: 'k-2', ...respondAsync() });
    await cancel(fixture.services, 'school-1', other.operation.id);
    expect(await ask({ key: 'k-2' })).toMatchObject({ replayed: true, operation: { status: 'cancelled' } });
  });

  it('a refusal first answered as a problem is replayed as that problem', async () => {
    fixture.provider.script = () =>
      Promise.reject(new ProviderRejected('provider-request-rejected', 'The model refused.'));
    const first = await problemOf(ask({ key }));
    const again = await problemOf(ask({ key }));
    expect(again).toMatchObject({
      code: first.code,
      message: first.message,
      headers: { 'Idempotent-Replayed': 'true' },
    });
    expect(first.headers).not.toHaveProperty('Idempotent-Replayed');
    expect(fixture.provider.calls).toHaveLength(1);
  });

  it('while the first request is being answered the second is told when to come again', async () => {
    let finish: (() => void) | undefined;
    fixture.provider.script = async (call) => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return nothingFound(call);
    };
    const first = ask({ key });
    await fixture.provider.called(1);
    const second = await problemOf(ask({ key }));
    expect(second).toMatchObject({
      code: 'idempotency-in-progress',
      status: 409,
      headers: { 'Retry-After': '8' },
    });
    for (const [elapsed, left] of [
      [3001, '5'],
      [4000, '1'],
      // The window is over, and its attempt has some time to end and to write.
      [5000, '1'],
    ] as const) {
      fixture.clock.now += elapsed;
      expect((await problemOf(ask({ key }))).headers).toEqual({ 'Retry-After': left });
    }
    expect(await problemOf(ask({ key, ...respondAsync() }))).toMatchObject({
      code: 'idempotency-in-progress',
    });
    finish?.();
    const { operation } = await first;
    expect(await ask({ key })).toMatchObject({ operation, replayed: true });
    expect(fixture.provider.calls).toHaveLength(1);
  });

  it('another body is refused, and that is checked first', async () => {
    const other = { input: { text: 'வேறு உரை.', language: 'ta' } };
    const { promise, resolve } = Promise.withResolvers<void>();
    fixture.provider.script = async (call) => {
      await promise;
      return nothingFound(call);
    };
    const first = ask({ key });
    await fixture.provider.called(1);
    expect(await problemOf(ask({ key, ...other }))).toMatchObject({
      code: 'idempotency-key-reused',
      status: 422,
    });
    const id = (await fixture.services.store.list({ tenant_id: 'school-1', page_size: 1 })).operations[0]?.id;
    await cancel(fixture.services, 'school-1', id ?? '');
    expect(await problemOf(ask({ key, ...other }))).toMatchObject({ code: 'idempotency-key-reused' });
    resolve();
    await first;
  });

  it('belongs to one tenant and one endpoint', async () => {
    const mine = await ask({ key });
    const theirs = await ask({ key, tenant_id: 'school-2' });
    const essay = await ask({
      key,
      kind: fixture.services.kinds.of('essay-critique'),
      input: { essay: 'அந்த பையன் வந்தான்.', language: 'ta' },
    });
    expect(new Set([mine, theirs, essay].map(({ operation }) => operation.id)).size).toBe(3);
    expect([theirs.replayed, essay.replayed]).toEqual([false, false]);
  });

  it('after a crash inside the window the queue takes over the operation', async () => {
    const crash = Promise.withResolvers<never>();
    fixture.provider.script = () => crash.promise;
    const crashed = ask({ key });
    await fixture.provider.called(1);
    fixture.clock.now += 8000 + 10_000;
    const again = await ask({ key });
    expect(again).toMatchObject({ replayed: true, operation: { status: 'queued' } });
    expect(await sweep(fixture.services, { budgetMs: 1000 })).toMatchObject({ requeued: 1 });
    fixture.provider.script = nothingFound;
    await deliver(again.operation.id, 1);
    expect(await ask({ key })).toMatchObject({ replayed: true, operation: { status: 'succeeded' } });
    crash.reject(new Error('nobody waits for it'));
    expect(await crashed).toMatchObject({ operation: { status: 'succeeded' } });
  });

  it('after retention is a new operation, whose task has a new name', async () => {
    const first = await ask({ key, ...respondAsync() });
    fixture.clock.now += 30 * DAY_MS - 1;
    expect((await ask({ key })).replayed).toBe(true);
    fixture.clock.now += 1;
    const anew = await ask({ key, input: { text: 'வேறு உரை.', language: 'ta' }, ...respondAsync() });
    expect(anew).toMatchObject({
      replayed: false,
      operation: { id: first.operation.id, status: 'queued', created_at: fixture.clock.now },
    });
    expect(new Set(fixture.queue.tasks.map(taskName)).size).toBe(2);
  });

  it('fifty at once are one operation and one provider call', async () => {
    const othersTold = Promise.withResolvers<void>();
    fixture.provider.script = async (call) => {
      await othersTold.promise;
      return nothingFound(call);
    };
    let told = 0;
    const asked = Array.from({ length: 50 }, async () => {
      try {
        return await ask({ key });
      } finally {
        told += 1;
        if (told === 49) othersTold.resolve();
      }
    });
    const answers = await Promise.allSettled(asked);
    const answered = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
    expect(answered).toHaveLength(1);
    for (const reason of refused) expect(reason).toMatchObject({ code: 'idempotency-in-progress' });
    expect(fixture.provider.calls).toHaveLength(1);
    const page = await fixture.services.store.list({ tenant_id: 'school-1', page_size: 100 });
    expect(page.operations).toHaveLength(1);
  });
});
