import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { cancel } from '../../../shared/operations/access/cancel.ts';
import { ProviderRejected, ProviderUnavailable } from '../../../shared/operations/kind.ts';
import type { Operation } from '../../../shared/operations/record/record.ts';
import { DELIVERY_GRACE_MS } from '../../../shared/operations/record/transitions.ts';
import { view } from '../../../shared/operations/record/view.ts';
import { StoreUnavailable } from '../../../shared/operations/store/port.ts';
import { sweep } from '../../../shared/operations/work/sweep.ts';
import { ownClock } from '../../support/own-clock.ts';
import { hangs, nothingFound } from '../../support/scripted-provider.ts';
import {
  ask,
  deliver,
  fixture,
  problemOf,
  reopen,
  respondAsync,
  stored,
  TRACEPARENT,
  text,
  tooLarge,
  wait,
} from './asking.ts';

describe('routing', () => {
  it.each([
    ['proofread', 'text'],
    ['essay-critique', 'essay'],
  ] as const)('%s: exactly the threshold is synchronous, one unit more is not', async (name, field) => {
    const kind = fixture.services.kinds.of(name);
    const at = await ask({ kind, input: { [field]: text(1200), language: 'ta' } });
    expect(at.operation.status).toBe('succeeded');
    const beyond = await ask({ kind, input: { [field]: text(1201), language: 'ta' } });
    expect(beyond.operation.status).toBe('queued');
    expect(fixture.provider.calls).toHaveLength(1);
  });

  it('the length counts UTF-16 code units', async () => {
    const emoji = (n: number) => ({ input: { text: '😀'.repeat(n), language: 'ta' } });
    expect((await ask(emoji(600))).operation.status).toBe('succeeded');
    expect((await ask(emoji(601))).operation.status).toBe('queued');
  });

  it('respond-async makes a short text asynchronous: one write, one task, no provider call', async () => {
    const { operation, applied, replayed } = await ask(respondAsync());
    expect(operation).toMatchObject({ status: 'queued', attempts: 0, generation: 0 });
    expect(operation).not.toHaveProperty('lease');
    expect({ applied, replayed }).toEqual({ applied: ['respond-async'], replayed: false });
    expect(fixture.provider.calls).toHaveLength(0);
    expect(fixture.storeCalls).toEqual({ create: 1, read: 0, update: 0 });
    expect(fixture.queue.tasks).toEqual([
      {
        operation_id: operation.id,
        generation: 0,
        created_at: operation.created_at,
        traceparent: TRACEPARENT,
      },
    ]);
    expect(await stored(operation.id)).toEqual(operation);
  });

  it('a long text is asynchronous without a preference having been applied', async () => {
    const long = await ask({ input: { text: text(1201), language: 'ta' }, ...wait(5) });
    expect(long).toMatchObject({ operation: { status: 'queued' }, applied: [] });
  });
});

describe('the synchronous path', () => {
  it('without a key makes one provider call and one write', async () => {
    const { operation, applied } = await ask();
    expect(operation).toMatchObject({ status: 'succeeded', provider: 'scripted', model: 'm-1' });
    expect(applied).toEqual([]);
    expect(fixture.provider.calls).toHaveLength(1);
    expect(fixture.storeCalls).toEqual({ create: 1, read: 0, update: 0 });
    expect(fixture.queue.tasks).toEqual([]);
    expect(await stored(operation.id)).toEqual(operation);
    expect(view(operation, fixture.services.kinds.of('proofread').result)).toMatchObject({
      result: { issues: [] },
      latency_ms: expect.any(Number),
    });
  });

  it('with a key the record is there before the provider is called, under a lease', async () => {
    let during: Operation | undefined;
    fixture.provider.script = async (call) => {
      const page = await fixture.services.store.list({ tenant_id: 'school-1', page_size: 10 });
      during = await stored(page.operations[0]?.id ?? '');
      return nothingFound(call);
    };
    const { operation } = await ask({ key: 'k' });
    expect(during).toMatchObject({ id: operation.id, status: 'queued', lease: { task: 'synchronous' } });
    expect(operation.status).toBe('succeeded');
    expect(fixture.storeCalls).toEqual({ create: 1, read: 1, update: 1 });
  });

  it.each([undefined, 'k'])(
    'when its window passes the call is aborted and the queue takes over (key %s)',
    async (key) => {
      await reopen({ syncTimeoutMs: 30 });
      // The window may not be over before its call is made.
      using _clock = ownClock();
      fixture.provider.script = hangs;
      const { operation } = await ask({ key });
      const call = fixture.provider.calls[0];
      expect(call).toMatchObject({ ended: true, context: { signal: { aborted: true } } });
      expect(operation).toMatchObject({ status: 'queued', attempts: 0 });
      expect(operation).not.toHaveProperty('lease');
      expect(fixture.queue.tasks).toHaveLength(1);

      const calls = { ...fixture.storeCalls };
      await sleep(60);
      expect(fixture.provider.calls).toHaveLength(1);
      expect(fixture.storeCalls).toEqual(calls);

      fixture.provider.script = nothingFound;
      expect(await deliver(operation.id)).toEqual({ kind: 'done', status: 'succeeded' });
    },
  );

  it('a cancel in the window aborts the call, and the request is answered with the cancelled operation', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    fixture.provider.script = hangs;
    const asked = ask({ key: 'k' });
    await fixture.provider.called(1);
    const [operation] = (await fixture.services.store.due(Number.MAX_SAFE_INTEGER, 1)).map(
      (one) => one.operation,
    );
    await cancel(fixture.services, 'school-1', operation?.id ?? '');
    await vi.advanceTimersByTimeAsync(1000);
    expect((await asked).operation.status).toBe('cancelled');
    expect(fixture.provider.calls[0]).toMatchObject({ ended: true, context: { signal: { aborted: true } } });
    expect(fixture.queue.tasks).toEqual([]);
  });

  it('a provider that asks for a pause gets it from the queue, and the sweep waits as long', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    fixture.provider.script = () =>
      Promise.reject(new ProviderUnavailable('away', { retryAfterMs: 45_000, throttled: true }));
    const { operation } = await ask();
    expect(operation).toMatchObject({
      status: 'queued',
      resume_at: fixture.clock.now + 45_000,
      due_at: fixture.clock.now + 45_000 + DELIVERY_GRACE_MS,
    });
    expect(fixture.queue.tasks).toMatchObject([{ operation_id: operation.id, delay_ms: 45_000 }]);
  });

  it('a provider that does not let go is not waited for longer than a second', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    fixture.provider.script = () => new Promise(() => undefined);
    const asked = ask();
    await vi.advanceTimersByTimeAsync(8999);
    expect(fixture.queue.tasks).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect((await asked).operation.status).toBe('queued');
  });

  it('a fault that waiting may cure is handed over, and answered at once', async () => {
    fixture.provider.script = () => Promise.reject(new ProviderUnavailable('503 from upstream'));
    const { operation } = await ask();
    expect(operation.status).toBe('queued');
    expect(fixture.storeCalls).toEqual({ create: 1, read: 0, update: 0 });
    expect(fixture.queue.tasks).toHaveLength(1);
    expect(fixture.provider.calls).toHaveLength(1);
  });

  it('a refusal is a problem, and without a key nothing is recorded', async () => {
    fixture.provider.script = () =>
      Promise.reject(new ProviderRejected('provider-request-rejected', 'The model refused.'));
    const problem = await problemOf(ask());
    expect(problem).toMatchObject({ code: 'provider-request-rejected', status: 502 });
    expect(fixture.storeCalls).toEqual({ create: 0, read: 0, update: 0 });
    expect(fixture.queue.tasks).toEqual([]);
  });

  it('a fault of ours says nothing of itself', async () => {
    fixture.provider.script = () => Promise.reject(new TypeError('secret internals'));
    const problem = await problemOf(ask({ key: 'k' }));
    expect(problem.code).toBe('internal-error');
    expect(problem.message).not.toContain('secret');
    const page = await fixture.services.store.list({ tenant_id: 'school-1', page_size: 10 });
    expect(JSON.stringify(page)).not.toContain('secret');
  });

  it('one that was cancelled meanwhile is answered as it is, whatever the provider said', async () => {
    const cancelIt = async () => {
      const page = await fixture.services.store.list({ tenant_id: 'school-1', page_size: 10 });
      const newest = page.operations[0]?.id ?? '';
      await cancel(fixture.services, 'school-1', newest);
    };
    fixture.provider.script = async (call) => {
      await cancelIt();
      return nothingFound(call);
    };
    expect((await ask({ key: 'late-answer' })).operation.status).toBe('cancelled');
    fixture.clock.now += 1;
    fixture.provider.script = async () => {
      await cancelIt();
      throw new ProviderRejected('provider-request-rejected', 'no');
    };
    expect((await ask({ key: 'late-refusal' })).operation.status).toBe('cancelled');
    fixture.clock.now += 1;
    fixture.provider.script = async () => {
      await cancelIt();
      throw new ProviderUnavailable('away');
    };
    expect((await ask({ key: 'late-hand-over' })).operation.status).toBe('cancelled');
    expect(fixture.queue.tasks).toEqual([]);
  });

  it.each([undefined, 'k'])('a result no store can take ends as failed (key %s)', async (key) => {
    fixture.interpose((store) => ({
      create: (op) => (op.status === 'succeeded' ? tooLarge() : store.create(op)),
      update: (op, version) => (op.status === 'succeeded' ? tooLarge() : store.update(op, version)),
    }));
    const { operation } = await ask({ key });
    expect(operation).toMatchObject({ status: 'failed', error: { code: 'result-too-large' } });
    expect(await stored(operation.id)).toEqual(operation);
  });

  it('a store that is away is an error, not an answer', async () => {
    fixture.interpose(() => ({ create: () => Promise.reject(new StoreUnavailable('disk full')) }));
    await Promise.all(
      [{}, respondAsync(), { key: 'k' }].map((changes) =>
        expect(ask(changes)).rejects.toThrow(StoreUnavailable),
      ),
    );
    expect(fixture.queue.tasks).toEqual([]);
  });
});

describe('a tenant whose requests are all handed over', () => {
  const away = () => Promise.reject(new ProviderUnavailable('away'));

  it.each([
    ['without keys', () => undefined],
    ['with keys', (n: number) => `k-${n}`],
  ])('%s may have as many unfinished as any, then the provider is not asked', async (_name, keyOf) => {
    await reopen({}, { unfinishedOperations: 3 });
    fixture.provider.script = away;
    for (let n = 0; n < 3; n += 1) {
      expect((await ask({ key: keyOf(n) })).operation.status).toBe('queued');
    }
    expect(await problemOf(ask({ key: keyOf(3) }))).toMatchObject({
      code: 'rate-limited',
      headers: { 'Retry-After': '5', RateLimit: '"unfinished-operations";r=0;t=5' },
    });
    expect(fixture.provider.calls).toHaveLength(3);
    expect(fixture.storeCalls.create).toBe(3);
    if (keyOf(0) !== undefined) expect(await ask({ key: keyOf(0) })).toMatchObject({ replayed: true });
    expect((await ask({ tenant_id: 'school-2' })).operation.status).toBe('queued');
  });

  it('gets its 202 though the store cannot be asked how many there are', async () => {
    await reopen({}, { unfinishedOperations: 1 });
    fixture.provider.script = away;
    fixture.interpose(() => ({ countUnfinished: () => Promise.reject(new StoreUnavailable('down')) }));
    const { operation } = await ask();
    expect(operation.status).toBe('queued');
    expect(fixture.queue.tasks).toMatchObject([{ operation_id: operation.id }]);
  });
});

describe('a queue that is down', () => {
  it('does not change the answer, and the sweep makes the task', async () => {
    fixture.queue.down = true;
    const { operation } = await ask(respondAsync());
    expect(operation.status).toBe('queued');
    expect(fixture.logged).toContainEqual(
      expect.objectContaining({ operation_id: operation.id, outcome: 'left-to-sweep', severity: 'WARNING' }),
    );
    fixture.queue.down = false;
    fixture.clock.now += DELIVERY_GRACE_MS - 1;
    expect(await sweep(fixture.services, { budgetMs: 1000 })).toMatchObject({ requeued: 0 });
    fixture.clock.now += 1;
    expect(await sweep(fixture.services, { budgetMs: 1000 })).toMatchObject({ requeued: 1 });
    expect(fixture.queue.tasks).toMatchObject([{ operation_id: operation.id, generation: 1 }]);
  });
});

describe('the log', () => {
  it('has one line per attempt, with ids and outcome, and never the text', async () => {
    await ask();
    const attempts = fixture.logged.filter(({ message }) => message === 'attempt');
    expect(attempts).toEqual([
      expect.objectContaining({
        outcome: 'succeeded',
        tenant_id: 'school-1',
        endpoint: 'proofread',
        operation_id: expect.any(String),
        duration_ms: expect.any(Number),
      }),
    ]);
    expect(JSON.stringify(fixture.logged)).not.toContain('பையன்');
  });
});
