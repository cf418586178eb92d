import { describe, expect, it, onTestFinished } from 'vitest';
import { createEngineThreads, type EngineThreadsOptions } from '../../../local/start/engine-threads.ts';
import { findByRules } from '../../../shared/providers/engine.ts';
import type { AnalysisRequest } from '../../../shared/providers/port.ts';

const threads = (options: EngineThreadsOptions = {}) => {
  const pool = createEngineThreads(options);
  onTestFinished(() => pool.close());
  return pool;
};
const proofread = (text: string): AnalysisRequest<'proofread'> => ({
  analysis: 'proofread',
  text,
  language: 'ta',
});
const never = new AbortController().signal;

/**
 * A thread that does as the text says, in place of the engine: `thread` answers its number, `fail` fails, `exit` ends it, and
 * `hold` keeps it until the first number of the memory that it is given is 1.
 */
const script = new URL(
  `data:text/javascript,${encodeURIComponent(`
  import { parentPort, threadId } from 'node:worker_threads';
  parentPort.on('message', ({ text, disabledRules }) => {
    if (text === 'exit') process.exit(3);
    if (text === 'fail') return parentPort.postMessage({ error: new Error('failed') });
    if (text === 'hold') Atomics.wait(disabledRules, 0, 0);
    parentPort.postMessage({ findings: threadId });
  });
`)}`,
);
/** Keeps the thread that it is given to until it is let go. */
function holding() {
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const letGo = () => {
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
  };
  onTestFinished(letGo);
  return { request: { ...proofread('hold'), disabledRules: gate as never }, letGo };
}

describe('threads of the engine', () => {
  it('find what the engine finds here', async () => {
    const request = proofread('நேத்து அந்த கடையில் வாங்கினேன். '.repeat(100));
    const { issues } = await threads().find(request, never);
    expect(issues.length).toBeGreaterThan(100);
    expect({ issues }).toEqual(findByRules(request));
  });

  it('work beside each other, as many as there may be; the rest waits in its order', async () => {
    const { find } = threads({ script, most: 2 });
    const held = holding();
    const first = find(held.request, never);
    const second = await find(proofread('thread'), never);
    expect(await find(proofread('thread'), never)).toBe(second);
    held.letGo();
    expect(await first).not.toBe(second);
  });

  it('are not waited for once the signal is aborted, and go on with the next text', async () => {
    const { find } = threads({ script, most: 1, letGoMs: 600_000 });
    const thread = await find(proofread('thread'), never);
    const reason = new Error('cancelled');
    const abort = new AbortController();
    const held = holding();
    const aborted = Promise.allSettled([
      find(held.request, abort.signal),
      find(proofread('exit'), abort.signal),
    ]);
    const next = find(proofread('thread'), never);
    abort.abort(reason);
    expect(await aborted).toEqual(Array(2).fill({ status: 'rejected', reason }));
    held.letGo();
    expect(await next).toBe(thread);
    await expect(find(proofread('thread'), abort.signal)).rejects.toBe(reason);
  });

  it('are ended if they do not let an aborted text go; others take their place', async () => {
    const { find } = threads({ script, most: 1, letGoMs: 20 });
    const abort = new AbortController();
    const running = find(holding().request, abort.signal);
    const next = find(proofread('thread'), never);
    abort.abort(new Error('cancelled'));
    await expect(running).rejects.toThrow('cancelled');
    expect(await next).toEqual(expect.any(Number));
  });

  it('that fail or end fail their own text only', async () => {
    const { find } = threads({ script, most: 1 });
    const [failed, ended, next] = await Promise.allSettled(
      ['fail', 'exit', 'thread'].map((text) => find(proofread(text), never)),
    );
    expect(failed).toMatchObject({ status: 'rejected', reason: { message: 'failed' } });
    expect(ended).toMatchObject({
      status: 'rejected',
      reason: { message: expect.stringContaining('code 3') },
    });
    expect(next).toMatchObject({ status: 'fulfilled' });
  });

  it('end when they are idle, and when they are closed, with all that waits', async () => {
    const { find } = threads({ script, most: 1, idleMs: 1 });
    const thread = await find(proofread('thread'), never);
    await expect.poll(() => find(proofread('thread'), never)).not.toBe(thread);

    const pool = threads({ script, most: 1 });
    const both = Promise.allSettled([
      pool.find(holding().request, never),
      pool.find(proofread('thread'), never),
    ]);
    await pool.close();
    const ended = { status: 'rejected', reason: { name: 'ProviderUnavailable' } };
    expect(await both).toMatchObject([ended, ended]);
    await expect(pool.find(proofread('thread'), never)).rejects.toMatchObject(ended.reason);
  });
});
