import { setImmediate as nextTurn } from 'node:timers/promises';

/** Milliseconds for which work may keep the event loop. */
const SLICE_MS = 5;

/**
 * For work that is long: awaited after each small piece of it, this lets the event loop turn whenever the work has had it
 * for 5 ms, so that nobody else waits for the whole.
 */
export function createPace(): () => Promise<void> | undefined {
  let begun = performance.now();
  return () => {
    if (performance.now() - begun < SLICE_MS) return undefined;
    return nextTurn().then(() => {
      begun = performance.now();
    });
  };
}

/**
 * For many short computations: they run at once, in the order in which they were asked for, until they have had `sliceMs`
 * of a turn of the event loop. The others wait for its next turns, so that new connections and answers come in between.
 */
export function createSlices(sliceMs: number): <T>(compute: () => T) => Promise<T> {
  const waiting: (() => void)[] = [];
  let usedMs = 0;
  let turning = false;

  const nextSlice = () => {
    turning = false;
    usedMs = 0;
    let done = 0;
    while (usedMs < sliceMs && done < waiting.length) waiting[done++]?.();
    waiting.splice(0, done);
  };

  function timed<T>(compute: () => T): T {
    if (!turning) setImmediate(nextSlice);
    turning = true;
    const begun = performance.now();
    try {
      return compute();
    } finally {
      usedMs += performance.now() - begun;
    }
  }

  return async (compute) => {
    if (usedMs < sliceMs && waiting.length === 0) return timed(compute);
    return new Promise((resolve, reject) => {
      waiting.push(() => {
        try {
          resolve(timed(compute));
        } catch (error) {
          reject(error);
        }
      });
    });
  };
}
