import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { untilFinished } from '../../../shared/operations/access/wait.ts';
import type { Operation } from '../../../shared/operations/record/record.ts';
import { type OperationStore, StoreUnavailable } from '../../../shared/operations/store/port.ts';
import { queued, running, succeeded } from '../../contract/records.ts';

// Node's own is not faked with the others.
vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number, _: unknown, { signal }: { signal: AbortSignal }) =>
    new Promise((resolve, reject) => {
      setTimeout(resolve, ms);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    }),
}));

/** Milliseconds after the begin at which the store was read. */
let looks: number[];
beforeEach(() => {
  looks = [];
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'], now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

const storeThat = (read: () => ReturnType<OperationStore['read']>) => {
  const begin = performance.now();
  const look = () => {
    looks.push(performance.now() - begin);
    return read();
  };
  return { read: look } as unknown as OperationStore;
};
/** Every look finds this. */
const finding = (operation: Operation) => async () => ({ operation, version: '1' });
const unfinished = finding(queued('a'));

function wait(read: () => ReturnType<OperationStore['read']>, timeoutMs: number, signal = never) {
  const waited = vi.fn();
  void untilFinished(storeThat(read), queued('a'), { timeoutMs, signal }).then(waited);
  return waited;
}
const never = new AbortController().signal;

describe('waiting for the end of an operation', () => {
  it('looks after 50 ms and then after twice as long each time, up to a second, and once more at the end', async () => {
    const waited = wait(unfinished, 4000);
    await vi.advanceTimersByTimeAsync(3999);
    expect(waited).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(waited).toHaveBeenCalledWith(queued('a'));
    expect(looks).toEqual([50, 150, 350, 750, 1550, 2550, 3550, 4000]);
  });

  it('is over with the first look that finds it finished', async () => {
    const finished = succeeded('a', {});
    const states = [queued('a'), running('a'), finished];
    const waited = wait(async () => ({ operation: states.shift() ?? finished, version: '1' }), 30_000);
    await vi.advanceTimersByTimeAsync(350);
    expect(waited).toHaveBeenCalledWith(finished);
    expect(looks).toEqual([50, 150, 350]);
  });

  it('of one that is finished takes no look', async () => {
    const finished = succeeded('a', {});
    const store = storeThat(finding(finished));
    expect(await untilFinished(store, finished, { timeoutMs: 1000, signal: never })).toBe(finished);
    expect(looks).toEqual([]);
  });

  it('for no time takes no look', async () => {
    const waited = wait(unfinished, 0);
    await vi.advanceTimersByTimeAsync(0);
    expect(waited).toHaveBeenCalledWith(queued('a'));
    expect(looks).toEqual([]);
  });

  it('is over when nobody waits any more, with a last look', async () => {
    const leaving = new AbortController();
    const waited = wait(finding(running('a')), 30_000, leaving.signal);
    await vi.advanceTimersByTimeAsync(100);
    leaving.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(waited).toHaveBeenCalledWith(running('a'));
    expect(looks).toEqual([50, 100]);
  });

  it('outlives looks that fail or find nothing', async () => {
    const answers = [
      () => Promise.reject(new StoreUnavailable('away')),
      async () => undefined,
      finding(succeeded('a', {})),
    ];
    const waited = wait(() => (answers.shift() ?? unfinished)(), 30_000);
    await vi.advanceTimersByTimeAsync(350);
    expect(waited).toHaveBeenCalledWith(succeeded('a', {}));
  });
});
