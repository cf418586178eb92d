import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLog } from '../../../shared/log.ts';
import { attempt } from '../../../shared/operations/attempt/attempt.ts';
import type { Kind, RunContext } from '../../../shared/operations/kind.ts';
import { ProviderRejected, ProviderUnavailable } from '../../../shared/operations/kind.ts';

const SPENT = { calls: 1, answers: 1, input_tokens: 10, output_tokens: 2 };
const DONE = { provider: 'p', model: 'm', result: { secret: true } };

let logged: Record<string, unknown>[];
beforeEach(() => {
  logged = [];
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const log = createLog(
  { level: 'debug', service: 'test' },
  { write: (line) => void logged.push(JSON.parse(line)) },
);

function begin(run: (context: RunContext) => unknown, more: Partial<Parameters<typeof attempt>[0]> = {}) {
  const kind = { run: async (_: unknown, context: RunContext) => run(context) } as unknown as Kind;
  return attempt({ kind, input: {}, timeoutMs: 1000, traceparent: undefined, log, ...more });
}

/** Work that ends, with the signal's reason, as soon as it is aborted. */
const untilAborted = ({ signal }: RunContext) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));

const later = (ms: number, what: () => unknown) => () =>
  new Promise((resolve, reject) => {
    setTimeout(() => Promise.resolve().then(what).then(resolve, reject), ms);
  });

describe('an attempt', () => {
  it('that succeeds ends with what came of it, and takes its own time for the latency', async () => {
    const ended = begin(later(70, () => DONE));
    await vi.advanceTimersByTimeAsync(70);
    expect(await ended).toEqual({ kind: 'succeeded', completion: { ...DONE, latency_ms: 70 } });
    expect(logged).toEqual([
      expect.objectContaining({
        severity: 'INFO',
        message: 'attempt',
        outcome: 'succeeded',
        duration_ms: 70,
        provider: 'p',
        model: 'm',
      }),
    ]);
    for (const field of ['result', 'latency_ms', 'spent']) expect(logged[0]).not.toHaveProperty(field);
  });

  it('keeps a latency that the work has of its own', async () => {
    expect(await begin(() => ({ ...DONE, latency_ms: 7 }))).toMatchObject({ completion: { latency_ms: 7 } });
  });

  it('of a step ends with the pause to the next', async () => {
    expect(await begin(() => ({ kind: 'yield', afterMs: 500, progress: 0.5 }))).toEqual({
      kind: 'yielded',
      afterMs: 500,
      progress: 0.5,
    });
  });

  it.each([
    ['rejected', new ProviderRejected('provider-request-rejected', 'no'), 'WARNING'],
    ['unavailable', new ProviderUnavailable('away'), 'WARNING'],
    ['crashed', new TypeError('a fault of ours'), 'ERROR'],
  ])('that fails is %s, and its error is logged', async (kind, error, severity) => {
    expect(await begin(() => Promise.reject(error))).toEqual({ kind, error });
    expect(logged).toMatchObject([
      { severity, message: 'attempt', outcome: kind, err: { message: error.message } },
    ]);
  });

  it('that runs out of its time is aborted, and no sooner', async () => {
    const ended = begin(untilAborted);
    const settled = vi.fn();
    void ended.then(settled);
    await vi.advanceTimersByTimeAsync(999);
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(await ended).toEqual({ kind: 'timed-out' });
    expect(logged).toMatchObject([{ severity: 'INFO', outcome: 'timed-out', duration_ms: 1000 }]);
    expect(logged[0]).not.toHaveProperty('err');
  });

  it('that is taken away is aborted, also before it begins', async () => {
    const taken = new AbortController();
    const ended = begin(untilAborted, { signal: taken.signal });
    taken.abort(new Error('cancelled'));
    expect(await ended).toEqual({ kind: 'aborted' });
    const late = begin(({ signal }) => Promise.reject(signal.reason), { signal: taken.signal });
    expect(await late).toEqual({ kind: 'aborted' });
    expect(logged.map(({ severity, outcome }) => [severity, outcome])).toEqual([
      ['INFO', 'aborted'],
      ['INFO', 'aborted'],
    ]);
  });

  it('counts a result that comes although it was aborted', async () => {
    const ended = begin(later(1500, () => DONE));
    await vi.advanceTimersByTimeAsync(1500);
    expect(await ended).toMatchObject({ kind: 'succeeded' });
  });

  it('waits a second for an aborted call to end, and goes on without it then', async () => {
    const ended = begin(() => new Promise(() => {}));
    const settled = vi.fn();
    void ended.then(settled);
    await vi.advanceTimersByTimeAsync(1999);
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(await ended).toEqual({ kind: 'timed-out' });
  });

  it('tells what was spent, by it or before it, however it ends', async () => {
    const spending = ({ onSpent }: RunContext) => {
      onSpent?.(SPENT);
      throw new ProviderUnavailable('away');
    };
    expect(await begin(spending)).toMatchObject({ kind: 'unavailable', spent: SPENT });
    expect(await begin(() => DONE, { spent: SPENT })).toMatchObject({ kind: 'succeeded', spent: SPENT });
    expect(logged.map(({ spent }) => spent)).toEqual([SPENT, SPENT]);
    expect(await begin(() => DONE)).not.toHaveProperty('spent');
  });

  it('cannot start other operations where it is not told how', async () => {
    expect(await begin(({ children }) => children())).toMatchObject({ kind: 'crashed' });
  });
});
