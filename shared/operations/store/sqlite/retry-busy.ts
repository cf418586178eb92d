import { setTimeout as sleep } from 'node:timers/promises';
import { isBusy } from './outages.ts';

const PAUSE_MS = 5;

/** Runs `run` again while another connection has the lock that it needs, without a wait in the thread, for at most `forMs`. */
export async function retryBusy<T>(run: () => T, forMs: number): Promise<T> {
  for (const giveUpAt = performance.now() + forMs; ; ) {
    try {
      return run();
    } catch (error) {
      if (!isBusy(error) || performance.now() >= giveUpAt) throw error;
    }
    await sleep(PAUSE_MS);
  }
}
