import { describe, expect, it, vi } from 'vitest';
import { StoreUnavailable } from '../../../shared/operations/store/port.ts';
import { hangs } from '../../support/scripted-provider.ts';
import { ask, deliver, fixture, respondAsync, wait } from './asking.ts';

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
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const read = vi.fn(() => Promise.reject(new StoreUnavailable('away')));
    fixture.interpose(() => ({ read, watch: () => () => {} }));
    const asked = ask(respondAsync(30));
    await vi.advanceTimersByTimeAsync(30_000);
    expect((await asked).operation.status).toBe('queued');
    expect(read).toHaveBeenCalledTimes(1);
  });
});
