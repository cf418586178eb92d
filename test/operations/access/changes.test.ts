import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { follow, untilFinished } from '../../../shared/operations/access/changes.ts';
import type { Operation } from '../../../shared/operations/record/record.ts';
import { type OperationStore, type Stored, StoreUnavailable } from '../../../shared/operations/store/port.ts';
import { queued, running, START, succeeded } from '../../contract/records.ts';
import { tellingStore } from '../../support/telling-store.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'], now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

const at = (operation: Operation, version: string): Stored => ({ operation, version });
const first = at(queued('a'), '1');
const runs = at(running('a', { updated_at: START + 1 }), '2');
const ended = at(succeeded('a', {}, { updated_at: START + 5 }), '3');
const never = new AbortController().signal;

const telling = (read: OperationStore['read'] = async () => runs) => {
  const store = tellingStore();
  const reads = vi.fn(read);
  return { store: Object.assign(store, { read: reads }), reads, tell: store.told };
};

describe('following an operation', () => {
  it('hands out each state once, as it comes', async () => {
    const { store, tell } = telling();
    const following = follow(store, first, never);
    const next = following.next(1000);
    tell(first);
    tell(runs);
    expect(await next).toBe(runs);
    tell(runs);
    tell(ended);
    expect(await following.next(1000)).toBe(ended);
    following.stop();
    expect(store.watching).toBe(0);
  });

  it('keeps only the latest of what nobody fetched', async () => {
    const { store, tell } = telling();
    const following = follow(store, first, never);
    for (let n = 0; n < 5; n += 1)
      tell(at(running('a', { updated_at: START + n, progress: n / 10 }), `p${n}`));
    expect(await following.next(0)).toMatchObject({ version: 'p4' });
    const silence = following.next(1000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await silence).toBe('silence');
  });

  it.each<[string, Stored, Stored]>([
    ['a status of before', runs, first],
    ['an end, then the work', ended, runs],
    [
      'less progress in the same millisecond',
      at(running('a', { progress: 0.5 }), '4'),
      at(running('a', { progress: 0.2 }), '2'),
    ],
    ['an earlier time', at(running('a', { updated_at: START + 9 }), '4'), runs],
  ])('hands out nothing that was told late: %s', async (_, seen, late) => {
    const { store, tell } = telling();
    const following = follow(store, seen, never);
    tell(late);
    const next = following.next(1000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await next).toBe('silence');
  });

  it('ends where there is none any more, or another one under its id', async () => {
    for (const told of [undefined, at(queued('a', { created_at: START + 1 }), '9')]) {
      const { store, tell } = telling();
      const following = follow(store, first, never);
      tell(told);
      tell(ended);
      expect(await following.next(1000)).toBe('gone');
      expect(await following.next(1000)).toBe('gone');
    }
  });
});

describe('waiting for the end of an operation', () => {
  const wait = (
    store: ReturnType<typeof telling>['store'],
    from = first,
    timeoutMs = 30_000,
    signal = never,
  ) => {
    const waited = vi.fn();
    void untilFinished(store, from, { timeoutMs, signal }).then(waited);
    return waited;
  };

  it('is over when the store tells of it, without a read', async () => {
    const { store, tell, reads } = telling();
    const waited = wait(store);
    tell(runs);
    await vi.advanceTimersByTimeAsync(0);
    expect(waited).not.toHaveBeenCalled();
    tell(ended);
    await vi.advanceTimersByTimeAsync(0);
    expect(waited).toHaveBeenCalledWith(ended);
    expect([reads.mock.calls.length, store.watching, vi.getTimerCount()]).toEqual([0, 0, 0]);
  });

  it('is over when the time is, after one read', async () => {
    const { store, reads } = telling(async () => ended);
    const waited = wait(store, first, 4000);
    await vi.advanceTimersByTimeAsync(3999);
    expect([waited.mock.calls.length, reads.mock.calls.length]).toEqual([0, 0]);
    await vi.advanceTimersByTimeAsync(1);
    expect(waited).toHaveBeenCalledWith(ended);
    expect([reads.mock.calls.length, store.watching]).toEqual([1, 0]);
  });

  it('is over at once when nobody waits any more, with what is known', async () => {
    const { store, tell, reads } = telling();
    const leaving = new AbortController();
    const waited = wait(store, first, 30_000, leaving.signal);
    tell(runs);
    await vi.advanceTimersByTimeAsync(100);
    leaving.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(waited).toHaveBeenCalledWith(runs);
    expect([reads.mock.calls.length, store.watching, vi.getTimerCount()]).toEqual([0, 0, 0]);
  });

  it('takes no time for one that is finished, and none where none is given', async () => {
    const { store } = telling();
    expect(await untilFinished(store, ended, { timeoutMs: 1000, signal: never })).toBe(ended);
    expect(await untilFinished(store, first, { timeoutMs: 0, signal: never })).toBe(first);
    expect(store.watching).toBe(0);
  });

  it('has the last known state where the read at the end fails, and none where it finds none', async () => {
    const failing = telling(() => Promise.reject(new StoreUnavailable('away')));
    const waited = wait(failing.store, first, 1000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(waited).toHaveBeenCalledWith(first);

    const { store, tell } = telling(async () => undefined);
    const forNone = wait(store);
    tell(undefined);
    await vi.advanceTimersByTimeAsync(0);
    expect(forNone).toHaveBeenCalledWith(undefined);
  });
});
