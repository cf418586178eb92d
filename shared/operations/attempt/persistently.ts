import { StoreUnavailable } from '../store/port.ts';

const PAUSES_MS = [500, 2000, 5000];

/**
 * Writes what the provider has been paid for: a store that is away for a moment must not make it be asked again. No try
 * begins after `until`, on the clock of `performance.now()`: by then the record may be another's.
 * @throws {StoreUnavailable} the store was away to the end
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
