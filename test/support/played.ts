import { setImmediate as turn } from 'node:timers/promises';
import { vi } from 'vitest';

/** Turns the faked timers until the promise is settled, with time between the steps for what is not faked. */
export async function played<T>(promise: Promise<T>, stepMs = 100): Promise<T> {
  let over = false;
  const end = () => {
    over = true;
  };
  promise.then(end, end);
  while (!over) {
    await vi.advanceTimersByTimeAsync(stepMs);
    await turn();
  }
  return promise;
}
