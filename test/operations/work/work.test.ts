import { describe, expect, it, vi } from 'vitest';
import { ProviderUnavailable } from '../../../shared/operations/kind.ts';
import { RecordTooLarge, StoreUnavailable } from '../../../shared/operations/store/port.ts';
import { queued, running, succeeded } from '../../contract/records.ts';
import {
  deliver,
  deliverDue,
  done,
  firstCallWaits,
  fixture,
  ID,
  LEASE_MS,
  LIMITS,
  put,
  stored,
} from './delivering.ts';

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

describe('a claim', () => {
  it('a delivery leaves alone what another delivery is working on', async () => {
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

  it('a redelivery takes over at once, and the late write of the attempt before it is refused', async () => {
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

  it('one of two deliveries that claim at the same moment makes the attempt', async () => {
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

describe('a task without work', () => {
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
