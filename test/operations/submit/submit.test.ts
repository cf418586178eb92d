import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem } from '../../../shared/errors.ts';
import { cancel } from '../../../shared/operations/access/cancel.ts';
import { ProviderRejected, ProviderUnavailable } from '../../../shared/operations/kind.ts';
import type { Operation } from '../../../shared/operations/record/record.ts';
import { DELIVERY_GRACE_MS } from '../../../shared/operations/record/transitions.ts';
import { view } from '../../../shared/operations/record/view.ts';
import { RecordTooLarge, StoreUnavailable } from '../../../shared/operations/store/port.ts';
import { type Submission, type Submitted, submit } from '../../../shared/operations/submit/submit.ts';
import { sweep } from '../../../shared/operations/work/sweep.ts';
import { work } from '../../../shared/operations/work/work.ts';
import { taskName } from '../../../shared/queue/port.ts';
import { hangs, nothingFound } from '../../support/scripted-provider.ts';
import { openServices, type ServiceFixture } from '../../support/service-fixture.ts';

const DAY_MS = 86_400_000;
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

let fixture: ServiceFixture;
const open = (limits?: Parameters<typeof openServices>[0]) => {
  fixture = openServices(limits);
};
beforeEach(() => open());
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await fixture[Symbol.asyncDispose]();
});

const text = (length: number) => 'அ'.repeat(length);
const ask = (changes: Partial<Submission> = {}): Promise<Submitted> =>
  submit(fixture.services, {
    kind: fixture.services.kinds.of('proofread'),
    input: { text: 'அந்த பையன் வந்தான்.', language: 'ta' },
    tenant_id: 'school-1',
    request_id: 'request-1',
    key: undefined,
    preferences: { respondAsync: false, wait: undefined },
    traceparent: TRACEPARENT,
    gone: () => new AbortController().signal,
    waiting: () => new AbortController().signal,
    ...changes,
  });
const respondAsync = (wait?: number) => ({ preferences: { respondAsync: true, wait } });
const wait = (seconds: number) => ({ preferences: { respondAsync: false, wait: seconds } });
const problemOf = (asked: Promise<unknown>): Promise<Problem> =>
  asked.then(
    (answer) => Promise.reject(new Error(`answered: ${JSON.stringify(answer)}`)),
    (error: unknown) => {
      expect(error).toBeInstanceOf(Problem);
      return error as Problem;
    },
  );
const stored = async (id: string): Promise<Operation | undefined> =>
  (await fixture.services.store.read(id))?.operation;
const tooLarge = () => Promise.reject(new RecordTooLarge('2 MB'));
const deliver = (id: string, generation = 0) =>
  work(fixture.services, {
    operation_id: id,
    task: taskName({ operation_id: id, generation }),
    dispatch: 0,
  });

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
      await fixture[Symbol.asyncDispose]();
      open({ syncTimeoutMs: 30 });
      fixture.provider.script = hangs;
      const { operation } = await ask({ key });
      const call = fixture.provider.calls[0];
      expect(call).toMatchObject({ ended: true, context: { signal: { aborted: true } } });
      expect(operation).toMatchObject({ status: 'queued', attempts: 0 });
      expect(operation).not.toHaveProperty('lease');
      expect(fixture.queue.tasks).toHaveLength(1);

      const calls = { ...fixture.storeCalls };
      await new Promise((resolve) => setTimeout(resolve, 60));
      expect(fixture.provider.calls).toHaveLength(1);
      expect(fixture.storeCalls).toEqual(calls);

      fixture.provider.script = nothingFound;
      expect(await deliver(operation.id)).toEqual({ kind: 'done', status: 'succeeded' });
    },
  );

  it('a cancel in the window aborts the call, and is what the request is answered with', async () => {
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
    await expect(ask()).rejects.toThrow(StoreUnavailable);
    await expect(ask(respondAsync())).rejects.toThrow(StoreUnavailable);
    await expect(ask({ key: 'k' })).rejects.toThrow(StoreUnavailable);
    expect(fixture.queue.tasks).toEqual([]);
  });
});

describe('Prefer: wait', () => {
  it('bounds the synchronous window', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    fixture.provider.script = hangs;
    const asked = ask(wait(2));
    await vi.advanceTimersByTimeAsync(1999);
    expect(fixture.provider.calls[0]?.ended).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await asked).toMatchObject({ operation: { status: 'queued' }, applied: ['wait=2'] });
  });

  it('never lengthens it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    fixture.provider.script = hangs;
    const asked = ask(wait(60));
    await vi.advanceTimersByTimeAsync(7999);
    expect(fixture.provider.calls[0]?.ended).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await asked).toMatchObject({ operation: { status: 'queued' }, applied: ['wait=8'] });
  });

  it('is named on an answer within it', async () => {
    expect(await ask(wait(5))).toMatchObject({ operation: { status: 'succeeded' }, applied: ['wait=5'] });
  });

  it('wait=0 goes to the queue without a provider call', async () => {
    expect(await ask(wait(0))).toMatchObject({ operation: { status: 'queued' }, applied: ['wait=0'] });
    expect(fixture.provider.calls).toHaveLength(0);
    expect(fixture.queue.tasks).toHaveLength(1);
  });

  it('respond-async, wait=N answers with the finished operation if it finishes in time', async () => {
    const asked = ask(respondAsync(30));
    await expect.poll(() => fixture.queue.tasks.length).toBe(1);
    await deliver(fixture.queue.tasks[0]?.operation_id ?? '');
    expect(await asked).toMatchObject({
      operation: { status: 'succeeded' },
      applied: ['respond-async', 'wait=30'],
    });
  });

  it('respond-async, wait=0 does not wait', async () => {
    expect(await ask(respondAsync(0))).toMatchObject({
      operation: { status: 'queued' },
      applied: ['respond-async', 'wait=0'],
    });
    expect(fixture.storeCalls.read).toBe(0);
  });

  it('stops waiting when the client goes away', async () => {
    const gone = new AbortController();
    const asked = ask({ ...respondAsync(30), waiting: () => gone.signal });
    await expect.poll(() => fixture.queue.tasks.length).toBe(1);
    gone.abort();
    expect((await asked).operation.status).toBe('queued');
  });

  it('a store that fails while the client waits takes nothing back: the operation is recorded', async () => {
    fixture.interpose(() => ({ read: () => Promise.reject(new StoreUnavailable('away')) }));
    const gone = new AbortController();
    const asked = ask({ ...respondAsync(30), waiting: () => gone.signal });
    await expect.poll(() => fixture.storeCalls.read).toBeGreaterThan(0);
    gone.abort();
    expect((await asked).operation.status).toBe('queued');
  });
});

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

  it('what was recorded for a request that was told otherwise is enqueued when it is asked again', async () => {
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

  it('what has been touched since is not enqueued again, however late it is asked', async () => {
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
    // The end of the window, and what its last write may take.
    expect(second).toMatchObject({
      code: 'idempotency-in-progress',
      status: 409,
      headers: { 'Retry-After': '18' },
    });
    for (const [elapsed, left] of [
      [3001, '15'],
      [14_000, '1'],
      [998, '1'],
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

  it('is one tenant’s and one endpoint’s', async () => {
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

  it('after a crash inside the window the operation is the queue’s', async () => {
    fixture.provider.script = hangs;
    const crashed = ask({ key });
    await fixture.provider.called(1);
    fixture.clock.now += 8000 + 10_000;
    const again = await ask({ key });
    expect(again).toMatchObject({ replayed: true, operation: { status: 'queued' } });
    expect(await sweep(fixture.services, { budgetMs: 1000 })).toMatchObject({ requeued: 1 });
    fixture.provider.script = nothingFound;
    await deliver(again.operation.id, 1);
    expect(await ask({ key })).toMatchObject({ replayed: true, operation: { status: 'succeeded' } });
    void crashed;
  }, 1000);

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
    fixture.provider.script = async (call) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return nothingFound(call);
    };
    const answers = await Promise.allSettled(Array.from({ length: 50 }, () => ask({ key })));
    const answered = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
    expect(answered).toHaveLength(1);
    for (const reason of refused) expect(reason).toMatchObject({ code: 'idempotency-in-progress' });
    expect(fixture.provider.calls).toHaveLength(1);
    const page = await fixture.services.store.list({ tenant_id: 'school-1', page_size: 100 });
    expect(page.operations).toHaveLength(1);
  });
});

describe('a tenant whose requests are all handed over', () => {
  const away = () => Promise.reject(new ProviderUnavailable('away'));

  it.each([
    ['without keys', () => undefined],
    ['with keys', (n: number) => `k-${n}`],
  ])('%s may have as many unfinished as any, then the provider is not asked', async (_name, keyOf) => {
    await fixture[Symbol.asyncDispose]();
    fixture = openServices({}, { unfinishedOperations: 3 });
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
    await fixture[Symbol.asyncDispose]();
    fixture = openServices({}, { unfinishedOperations: 1 });
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
