/** A signal that is aborted with another one, or when time is up. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  /** Whether time was up. */
  readonly passed: () => boolean;
  /** From now on, time is up after `ms`. */
  readonly renew: (ms: number) => void;
  /** Lets go of the other signal and the timer. */
  readonly end: () => void;
}

/** `AbortSignal.any` would do, but Node.js keeps such signals in memory for as long as the longest-lived source. */
export function timeLimit(outer: AbortSignal, ms: number): TimeLimit {
  const limit = new AbortController();
  let passed = false;
  const abort = () => limit.abort();
  const pass = () => {
    passed = true;
    abort();
  };
  let timer = setTimeout(pass, ms);
  if (outer.aborted) abort();
  else outer.addEventListener('abort', abort, { once: true });
  return {
    signal: limit.signal,
    passed: () => passed,
    renew(next) {
      clearTimeout(timer);
      timer = setTimeout(pass, next);
    },
    end() {
      clearTimeout(timer);
      outer.removeEventListener('abort', abort);
    },
  };
}
