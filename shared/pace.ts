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
