import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it, vi } from 'vitest';
import { callOnce, type Start } from '../../../../shared/operations/store/firestore/rpc.ts';

const within = (ms: number) => ({ deadline: performance.now() + ms, attemptTimeoutMs: ms });
/** The thread has no time for anything, as on a machine that is busy otherwise. */
const stop = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

describe('one attempt', () => {
  it('takes an answer that has arrived when the time is up', async () => {
    const { port1, port2 } = new MessageChannel();
    const call: Start<string> = (done) => {
      port2.on('message', () => done(undefined, 'answered'));
      return { cancel: () => undefined };
    };
    const answer = callOnce(call, within(20));
    port1.postMessage('answer');
    stop(25);
    await expect(answer).resolves.toBe('answered');
    port2.close();
  });

  it('is ended when its time is up, and is deaf from then on', async () => {
    const cancel = vi.fn<() => void>();
    let told: Parameters<Start<string>>[0] = () => undefined;
    const call: Start<string> = (done) => {
      told = done;
      return { cancel };
    };
    await expect(callOnce(call, within(20))).rejects.toMatchObject({ code: 4 });
    expect(cancel).toHaveBeenCalledTimes(1);
    told(new Error('cancelled'));
  });

  it('is not ended when it has been answered', async () => {
    vi.useFakeTimers();
    const cancel = vi.fn<() => void>();
    const call: Start<string> = (done) => {
      queueMicrotask(() => done(undefined, 'answered'));
      return { cancel };
    };
    await callOnce(call, within(20));
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
    expect(cancel).not.toHaveBeenCalled();
  });

  it('is ended with the time for all attempts', async () => {
    vi.useFakeTimers();
    const cancel = vi.fn<() => void>();
    const budget = { deadline: performance.now() + 20, attemptTimeoutMs: 10_000 };
    const answer = callOnce(() => ({ cancel }), budget).catch((error: Error) => error.message);
    await vi.advanceTimersByTimeAsync(25);
    vi.useRealTimers();
    expect(cancel).toHaveBeenCalledTimes(1);
    expect(await answer).toBe('no answer in 20 ms');
  });

  it('does not begin when there is no time for it', async () => {
    const call = vi.fn<Start<string>>();
    await expect(callOnce(call, within(0))).rejects.toMatchObject({ code: 4 });
    expect(call).not.toHaveBeenCalled();
  });
});
