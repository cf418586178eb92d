import { vi } from 'vitest';

const STEP_MS = 5;

export interface OwnClock extends Disposable {
  /** Lets so much time pass at once, where a test knows that only time is waited for. */
  turn(ms: number): void;
}

/**
 * Until it is disposed of, `setTimeout`, `AbortSignal.timeout` and `performance.now` of this process go by a clock that stands
 * while the process does, and goes the slower the less processor time there is: a busy machine uses no limit of time up.
 * Connections stay real, and so do dates and `node:timers/promises`.
 */
export function ownClock(): OwnClock {
  const begun = performance.now();
  const turn = vi.advanceTimersByTime;
  let passedMs = 0;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const spies = [
    vi.spyOn(performance, 'now').mockImplementation(() => begun + passedMs),
    vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
      const limit = new AbortController();
      setTimeout(() => limit.abort(new DOMException('The time is up', 'TimeoutError')), ms);
      return limit.signal;
    }),
    // Vitest turns faked timers each time that it polls.
    vi.spyOn(vi, 'advanceTimersByTime').mockReturnValue(vi),
  ];
  const step = () => {
    passedMs += STEP_MS;
    turn(STEP_MS);
  };
  const steps = setInterval(step, STEP_MS);
  return {
    turn(ms) {
      for (const end = passedMs + ms; passedMs < end; ) step();
    },
    [Symbol.dispose]() {
      clearInterval(steps);
      for (const spy of spies) spy.mockRestore();
      vi.useRealTimers();
    },
  };
}
