import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cancel } from '../../../shared/operations/access/cancel.ts';
import { ProviderRejected, ProviderUnavailable } from '../../../shared/operations/kind.ts';
import type { Operation } from '../../../shared/operations/record/record.ts';
import { DELIVERY_GRACE_MS } from '../../../shared/operations/record/transitions.ts';
import { RecordTooLarge, StoreUnavailable } from '../../../shared/operations/store/port.ts';
import { recover, sweep } from '../../../shared/operations/work/sweep.ts';
import { type Delivery, work } from '../../../shared/operations/work/work.ts';
import { idOf, queued, running, succeeded } from '../../contract/records.ts';
import { hangs, nothingFound } from '../../support/scripted-provider.ts';
import { openServices, type ServiceFixture } from '../../support/service-fixture.ts';

const ID = idOf('op');
const LIMITS = { attemptTimeoutMs: 240_000, maxAttempts: 3, maxAgeMs: 3_600_000 };
const LEASE_MS = LIMITS.attemptTimeoutMs + 30_000;

let fixture: ServiceFixture;
beforeEach(() => {
  fixture = openServices(LIMITS);
});
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await fixture[Symbol.asyncDispose]();
});

const put = (op: Operation = queued('op')) => fixture.services.store.create(op);
const deliver = (changes: Partial<Delivery> = {}) =>
  work(fixture.services, { operation_id: ID, task: 'task-a', dispatch: 0, ...changes });
/** The delivery of the last task that was made, at the time that it asks for. */
const deliverDue = () => {
  fixture.clock.now += fixture.queue.tasks.at(-1)?.delay_ms ?? 0;
  return deliver({ task: `task-${fixture.queue.tasks.length}` });
};
const drawNothing = () => void vi.spyOn(Math, 'random').mockReturnValue(0);
const stored = async () => (await fixture.services.store.read(ID))?.operation;
const unavailable = (options?: ConstructorParameters<typeof ProviderUnavailable>[1]) => () =>
  Promise.reject(new ProviderUnavailable('away', options));
const done = (status: string) => ({ kind: 'done', status });

/** A provider whose first call waits until it is let go, and later calls answer at once. */
const firstCallWaits = () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  fixture.provider.script = async (call) => {
    if (call.index === 0) await promise;
    return nothingFound(call);
  };
  return resolve;
};

describe('an attempt', () => {
  it('claims, asks the provider, and finishes: one read and two writes', async () => {
    await put();
    expect(await deliver()).toEqual(done('succeeded'));
    expect(fixture.storeCalls).toEqual({ create: 1, read: 1, update: 2 });
    expect(await stored()).toMatchObject({ status: 'succeeded', attempts: 1, provider: 'scripted' });
  });

  it('passes the trace on, and says after which faults another follows', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await put(queued('op', { traceparent }));
    const asking = (retryAfterMs: number) => new ProviderUnavailable('away', { retryAfterMs });
    const follows: unknown[] = [];
    fixture.provider.script = ({ context: { triesAgainAfter } }) => {
      follows.push([0, LIMITS.maxAgeMs].map((asked) => triesAgainAfter?.(asking(asked))));
      throw new ProviderUnavailable('away');
    };
    for (let attempt = 0; attempt < 3; attempt += 1) await deliverDue();
    expect(follows).toEqual([
      [true, false],
      [true, false],
      [false, false],
    ]);
    expect(fixture.provider.calls[0]?.context.traceparent).toContain('0af7651916cd43dd8448eb211c80319c');
  });

  it('is logged in one line with its ids, its number and its outcome, without the text', async () => {
    await put();
    await deliver();
    expect(fixture.logged.filter(({ message }) => message === 'attempt')).toEqual([
      expect.objectContaining({
        operation_id: ID,
        tenant_id: 'school-1',
        endpoint: 'proofread',
        attempt: 1,
        outcome: 'succeeded',
        duration_ms: expect.any(Number),
      }),
    ]);
    expect(JSON.stringify(fixture.logged)).not.toContain('வந்தான்');
  });
});

describe('who may claim', () => {
  it('what another delivery holds is left to it', async () => {
    await put(
      running('op', {
        lease: { token: 't', task: 'task-b', dispatch: 0, expires_at: fixture.clock.now + 1 },
      }),
    );
    expect(await deliver()).toEqual({ kind: 'held' });
    expect(fixture.storeCalls.update).toBe(0);
    expect(fixture.provider.calls).toHaveLength(0);
  });

  it('an open synchronous window is respected', async () => {
    const lease = { token: 't', task: 'synchronous', dispatch: 0, expires_at: fixture.clock.now + 1 };
    await put(queued('op', { lease }));
    expect(await deliver()).toEqual({ kind: 'held' });
    fixture.clock.now += 1;
    expect(await deliver()).toEqual(done('succeeded'));
  });

  it('a duplicate of a live dispatch is refused', async () => {
    await put();
    const letGo = firstCallWaits();
    const first = deliver();
    await fixture.provider.called(1);
    expect(await deliver()).toEqual({ kind: 'held' });
    letGo();
    expect(await first).toEqual(done('succeeded'));
    expect(fixture.provider.calls).toHaveLength(1);
  });

  it('a redelivery takes over at once, and the zombie’s late write is refused', async () => {
    await put();
    const letGo = firstCallWaits();
    const zombie = deliver({ dispatch: 0 });
    await fixture.provider.called(1);
    expect(await deliver({ dispatch: 1 })).toEqual(done('succeeded'));
    const before = await stored();
    expect(before).toMatchObject({ status: 'succeeded', attempts: 2 });
    letGo();
    expect(await zombie).toEqual(done('succeeded'));
    expect(await stored()).toEqual(before);
  });

  it('another task takes over when the lease has run out, not before', async () => {
    await put();
    const letGo = firstCallWaits();
    const zombie = deliver();
    await fixture.provider.called(1);
    fixture.clock.now += LEASE_MS - 1;
    expect(await deliver({ task: 'task-b' })).toEqual({ kind: 'held' });
    fixture.clock.now += 1;
    expect(await deliver({ task: 'task-b' })).toEqual(done('succeeded'));
    letGo();
    await zombie;
    expect(fixture.provider.calls).toHaveLength(2);
  });

  it('of two that claim at the same moment one makes the attempt', async () => {
    await put();
    const both = await Promise.all([deliver({ task: 'task-a' }), deliver({ task: 'task-b' })]);
    expect(fixture.provider.calls).toHaveLength(1);
    expect(both).toContainEqual(done('succeeded'));
  });

  it('a claim that lost its race looks again', async () => {
    await put();
    let lost = false;
    fixture.interpose((store) => ({
      update: async (op, version) => {
        if (lost) return store.update(op, version);
        lost = true;
        return undefined;
      },
    }));
    expect(await deliver()).toEqual(done('succeeded'));
  });
});

describe('what becomes of a task without work', () => {
  it.each([
    ['a finished operation', () => put(succeeded('op', {})), 'succeeded'],
    ['an unknown operation', async () => undefined, 'unknown'],
    ['one past its retention', () => put(queued('op', { expire_at: fixture.clock.now })), 'unknown'],
  ])('%s is acknowledged', async (_name, prepare, status) => {
    await prepare();
    expect(await deliver()).toEqual(done(status));
    expect(fixture.provider.calls).toHaveLength(0);
    expect(fixture.storeCalls.update).toBe(0);
  });

  it('a corrupt record is logged and acknowledged: it does not mend by being delivered again', async () => {
    await put();
    fixture.damage(ID);
    expect(await deliver()).toEqual(done('unknown'));
    expect(fixture.logged).toContainEqual(
      expect.objectContaining({ message: 'record-corrupt', operation_id: ID, severity: 'ERROR' }),
    );
  });

  it('a store that is away is told to the queue as an error', async () => {
    fixture.interpose(() => ({ read: () => Promise.reject(new StoreUnavailable('away')) }));
    await expect(deliver()).rejects.toThrow(StoreUnavailable);
  });
});

describe('an attempt that fails', () => {
  it('is followed by another after a pause, by a task of its own; until then it is running without a lease', async () => {
    drawNothing();
    await put();
    fixture.provider.script = unavailable();
    expect(await deliver()).toEqual({ kind: 'rescheduled', afterMs: 2000, throttled: false });
    const resume_at = fixture.clock.now + 2000;
    expect(await stored()).toMatchObject({ status: 'running', attempts: 1, generation: 1, resume_at });
    expect(await stored()).not.toHaveProperty('lease');
    expect(fixture.queue.tasks).toMatchObject([{ operation_id: ID, generation: 1, delay_ms: 2000 }]);
    fixture.provider.script = nothingFound;
    expect(await deliverDue()).toEqual(done('succeeded'));
    expect(await stored()).not.toHaveProperty('resume_at');
  });

  it('is followed by none before its time, and counts none: a delivery too soon sees that there is a task', async () => {
    drawNothing();
    await put();
    fixture.provider.script = unavailable({ retryAfterMs: 30_000 });
    await deliver();
    fixture.queue.tasks.length = 0;
    for (const [elapsed, left] of [
      [0, 30_000],
      [29_000, 1000],
    ] as const) {
      fixture.clock.now += elapsed;
      expect(await deliver({ dispatch: 1 })).toEqual(done('running'));
      expect(fixture.queue.tasks.at(-1)).toMatchObject({ generation: 1, delay_ms: left });
    }
    expect(await stored()).toMatchObject({ attempts: 1, generation: 1 });
    expect(fixture.provider.calls).toHaveLength(1);
  });

  it('keeps the provider’s delay over a restart of the only worker', async () => {
    drawNothing();
    await put();
    fixture.provider.script = unavailable({ retryAfterMs: 30_000 });
    await deliver();
    fixture.clock.now += 10_000;
    expect(await recover(fixture.services)).toBe(1);
    expect(fixture.queue.tasks.at(-1)).toMatchObject({ generation: 2, delay_ms: 20_000 });
    expect(await deliver({ task: 'task-b' })).toEqual(done('running'));
    expect(fixture.provider.calls).toHaveLength(1);
  });

  it('outlasts a provider that is away for ten minutes, or asks for its own pauses', async () => {
    for (const [name, retryAfterMs] of [
      ['silent', undefined],
      ['asking', 30_000],
    ] as const) {
      await fixture[Symbol.asyncDispose]();
      fixture = openServices({ ...LIMITS, maxAttempts: 5 });
      await put();
      const back = fixture.clock.now + 600_000;
      fixture.provider.script = (call) => {
        if (fixture.clock.now >= back) return nothingFound(call);
        throw new ProviderUnavailable('away', retryAfterMs === undefined ? {} : { retryAfterMs });
      };
      let worked = await deliver();
      while (worked.kind === 'rescheduled') worked = await deliverDue();
      expect(worked, name).toEqual(done('succeeded'));
      expect(fixture.clock.now, name).toBeLessThan(back + 300_000);
    }
  });

  it('slows the queue where the provider says that it is too much', async () => {
    drawNothing();
    await put();
    fixture.provider.script = unavailable({ throttled: true, retryAfterMs: 7000 });
    expect(await deliver()).toEqual({ kind: 'rescheduled', afterMs: 7000, throttled: true });
  });

  it('fails by our own limit, with the provider called as often as the limit says', async () => {
    await put();
    fixture.provider.script = unavailable();
    expect(await deliver()).toMatchObject({ kind: 'rescheduled' });
    expect(await deliverDue()).toMatchObject({ kind: 'rescheduled' });
    expect(await deliverDue()).toEqual(done('failed'));
    expect(await stored()).toMatchObject({ error: { code: 'provider-unavailable' }, attempts: 3 });
    expect(await deliver({ dispatch: 3 })).toEqual(done('failed'));
    expect(fixture.provider.calls).toHaveLength(3);
  });

  it('fails at once, with all that is left unused, where the provider asks for longer than there is', async () => {
    await put();
    fixture.provider.script = unavailable({ retryAfterMs: 50_000_000, throttled: true });
    expect(await deliver()).toEqual(done('failed'));
    expect(await stored()).toMatchObject({
      attempts: 1,
      error: { code: 'provider-unavailable', message: expect.stringContaining('asked to be left alone') },
    });
    expect(fixture.queue.tasks).toEqual([]);
  });

  it('that the queue takes no task for is followed by the sweep’s, after the pause', async () => {
    drawNothing();
    await put();
    fixture.provider.script = unavailable({ retryAfterMs: 40_000 });
    fixture.queue.down = true;
    expect(await deliver()).toMatchObject({ kind: 'rescheduled' });
    fixture.queue.down = false;
    fixture.clock.now += 40_000 + DELIVERY_GRACE_MS - 1;
    expect(await sweep(fixture.services, { budgetMs: 1000 })).toMatchObject({ requeued: 0 });
    fixture.clock.now += 1;
    expect(await sweep(fixture.services, { budgetMs: 1000 })).toMatchObject({ requeued: 1 });
    fixture.provider.script = nothingFound;
    expect(await deliverDue()).toEqual(done('succeeded'));
  });

  it('is acknowledged at once where asking again cannot help', async () => {
    await put();
    fixture.provider.script = () => Promise.reject(new ProviderRejected('provider-request-rejected', 'no'));
    expect(await deliver()).toEqual(done('failed'));
    expect(await stored()).toMatchObject({ error: { code: 'provider-request-rejected', message: 'no' } });
  });

  it('whose process died each time ends as attempts-exhausted', async () => {
    await put(running('op', { lease: undefined, attempts: LIMITS.maxAttempts }));
    expect(await deliver()).toEqual(done('failed'));
    expect(await stored()).toMatchObject({ error: { code: 'attempts-exhausted' } });
    expect(fixture.provider.calls).toHaveLength(0);
  });

  it('says nothing of a fault of ours, but logs it', async () => {
    await put(running('op', { lease: undefined, attempts: LIMITS.maxAttempts - 1 }));
    fixture.provider.script = () => Promise.reject(new TypeError('secret internals'));
    expect(await deliver()).toEqual(done('failed'));
    expect(JSON.stringify(await stored())).not.toContain('secret');
    expect(JSON.stringify(fixture.logged)).toContain('secret internals');
  });
});

describe('time', () => {
  const useTimers = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });

  it('an operation past its age fails without another attempt', async () => {
    await put();
    fixture.clock.now += LIMITS.maxAgeMs;
    expect(await deliver()).toEqual(done('failed'));
    expect(await stored()).toMatchObject({ error: { code: 'deadline-exceeded' }, attempts: 0 });
    expect(fixture.provider.calls).toHaveLength(0);
  });

  it('an attempt is aborted at its limit, and retried', async () => {
    useTimers();
    await put();
    fixture.provider.script = hangs;
    const worked = deliver();
    await vi.advanceTimersByTimeAsync(LIMITS.attemptTimeoutMs);
    expect(await worked).toMatchObject({ kind: 'rescheduled', throttled: false });
    expect(fixture.provider.calls[0]?.context.signal.aborted).toBe(true);
  });

  it('an attempt does not outlive the operation’s age', async () => {
    useTimers();
    await put();
    fixture.clock.now += LIMITS.maxAgeMs - 5000;
    fixture.provider.script = hangs;
    const worked = deliver();
    await vi.advanceTimersByTimeAsync(4999);
    expect(fixture.provider.calls[0]?.ended).toBe(false);
    fixture.clock.now += 5000;
    await vi.advanceTimersByTimeAsync(1);
    expect(await worked).toEqual(done('failed'));
    expect(await stored()).toMatchObject({ error: { code: 'deadline-exceeded' } });
  });

  it('cancelling aborts the provider’s call within a second, and its answer is discarded', async () => {
    useTimers();
    await put();
    fixture.provider.script = hangs;
    const worked = deliver();
    await fixture.provider.called(1);
    await cancel(fixture.services, 'school-1', ID);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await worked).toEqual(done('cancelled'));
    expect(fixture.provider.calls[0]?.context.signal.aborted).toBe(true);
    expect(await stored()).toMatchObject({ status: 'cancelled' });
  });

  it('an answer that comes between the cancelling and the look is discarded too', async () => {
    await put();
    const letGo = firstCallWaits();
    const worked = deliver();
    await fixture.provider.called(1);
    await cancel(fixture.services, 'school-1', ID);
    letGo();
    expect(await worked).toEqual(done('cancelled'));
    expect(await stored()).toMatchObject({ status: 'cancelled' });
  });

  it('an attempt that was taken over is aborted, and its task kept for the one who has it', async () => {
    useTimers();
    await put();
    fixture.provider.script = hangs;
    const zombie = deliver({ dispatch: 0 });
    await fixture.provider.called(1);
    const second = deliver({ dispatch: 1 });
    await fixture.provider.called(2);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await zombie).toEqual({ kind: 'held' });
    expect(fixture.provider.calls[1]?.ended).toBe(false);
    await vi.advanceTimersByTimeAsync(LIMITS.attemptTimeoutMs);
    expect(await second).toMatchObject({ kind: 'rescheduled' });
  });

  it('progress is written at most once in five seconds, and a look that fails changes nothing', async () => {
    useTimers();
    await put();
    const letGo = firstCallWaits();
    const worked = deliver();
    const { context } = await fixture.provider.called(1);
    fixture.interpose(() => ({ read: () => Promise.reject(new StoreUnavailable('away')) }));
    context.onProgress?.(0.25);
    await vi.advanceTimersByTimeAsync(1000 + 2000 + 4000);
    expect(fixture.storeCalls.update).toBe(1);
    fixture.interpose(() => ({}));
    await vi.advanceTimersByTimeAsync(5000);
    expect(fixture.storeCalls.update).toBe(2);
    expect(await stored()).toMatchObject({ status: 'running', progress: 0.25 });
    context.onProgress?.(0.1);
    context.onProgress?.(0.5);
    await vi.advanceTimersByTimeAsync(4999);
    expect(fixture.storeCalls.update).toBe(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(await stored()).toMatchObject({ progress: 0.5 });
    letGo();
    expect(await worked).toEqual(done('succeeded'));
    expect(await stored()).not.toHaveProperty('progress');
  });

  it('nobody looks at the record any more when the attempt has ended', async () => {
    useTimers();
    await put();
    expect(await deliver()).toEqual(done('succeeded'));
    const { read } = fixture.storeCalls;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(fixture.storeCalls.read).toBe(read);
  });

  it('progress that meets a cancelled operation aborts the call', async () => {
    useTimers();
    await put();
    fixture.provider.script = (call) => {
      call.context.onProgress?.(0.5);
      return hangs(call);
    };
    const worked = deliver();
    await fixture.provider.called(1);
    await vi.advanceTimersByTimeAsync(7000);
    await cancel(fixture.services, 'school-1', ID);
    await vi.advanceTimersByTimeAsync(5000);
    expect(await worked).toEqual(done('cancelled'));
  });
});

describe('the last write', () => {
  it('a result no store can take ends as failed, not as running for ever', async () => {
    await put();
    fixture.interpose((store) => ({
      update: (op, version) =>
        op.status === 'succeeded' ? Promise.reject(new RecordTooLarge('2 MB')) : store.update(op, version),
    }));
    expect(await deliver()).toEqual(done('failed'));
    expect(await stored()).toMatchObject({ status: 'failed', error: { code: 'result-too-large' } });
  });

  it('a store away for a moment does not cost a second provider call', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    await put();
    let faults = 3;
    fixture.interpose((store) => ({
      update: async (op, version) => {
        if (op.status === 'succeeded' && faults > 0) {
          faults -= 1;
          throw new StoreUnavailable('away');
        }
        return store.update(op, version);
      },
    }));
    const worked = deliver();
    await vi.advanceTimersByTimeAsync(500 + 2000 + 5000);
    expect(await worked).toEqual(done('succeeded'));
    expect(fixture.provider.calls).toHaveLength(1);
  });

  it('a write that went through although it was said to have failed is recognised', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    await put();
    let lied = false;
    fixture.interpose((store) => ({
      update: async (op, version) => {
        const written = await store.update(op, version);
        if (op.status !== 'succeeded' || lied) return written;
        lied = true;
        throw new StoreUnavailable('the answer was lost');
      },
    }));
    const worked = deliver();
    await vi.advanceTimersByTimeAsync(500);
    expect(await worked).toEqual(done('succeeded'));
    expect(await stored()).toMatchObject({ status: 'succeeded', attempts: 1 });
  });
});
