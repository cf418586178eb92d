import { StoreUnavailable } from '../store/port.ts';

const PAUSES_MS = [500, 2000, 5000];

/**
 * Repeats a write while the store is unavailable: the answer has been paid for, and the provider must not be paid again. No
 * try begins after `until` (`performance.now()`), when another attempt may hold the record.
 * @throws {StoreUnavailable} the store was unavailable at every try
 */
export async function persistently<T>(write: () => Promise<T>, until: number): Promise<T> {
  for (const pause of PAUSES_MS) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || performance.now() + pause >= until) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return write();
}
