import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { persistently } from '../../../shared/operations/attempt/persistently.ts';
import { RecordTooLarge, StoreUnavailable } from '../../../shared/operations/store/port.ts';

/** Milliseconds after the begin at which it was written. */
let writes: number[];
let begin: number;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  writes = [];
  begin = performance.now();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A write that fails so often, then is done. */
const failing =
  (times: number, error: Error = new StoreUnavailable('away')) =>
  async () => {
    writes.push(performance.now() - begin);
    if (writes.length <= times) throw error;
    return 'done';
  };

async function ended(write: () => Promise<string>, forMs = Number.POSITIVE_INFINITY): Promise<string> {
  const end = persistently(write, begin + forMs).catch(({ name }: Error) => name);
  await vi.advanceTimersByTimeAsync(60_000);
  return end;
}

describe('a write whose answer has been paid for', () => {
  it('is made once where the store is there', async () => {
    expect(await ended(failing(0))).toBe('done');
    expect(writes).toEqual([0]);
  });

  it('is tried again after 0.5, 2 and 5 seconds while the store is unavailable', async () => {
    expect(await ended(failing(3))).toBe('done');
    expect(writes).toEqual([0, 500, 2500, 7500]);
  });

  it('is given up after the fourth try', async () => {
    expect(await ended(failing(4))).toBe('StoreUnavailable');
    expect(writes).toHaveLength(4);
  });

  it('is not tried again where trying cannot help', async () => {
    expect(await ended(failing(1, new RecordTooLarge('2 MB')))).toBe('RecordTooLarge');
    expect(writes).toEqual([0]);
  });

  it('is not begun at or after the time from which another attempt may hold the record', async () => {
    expect(await ended(failing(9), 2500)).toBe('StoreUnavailable');
    expect(writes).toEqual([0, 500]);
  });

  it('is begun up to that time', async () => {
    expect(await ended(failing(9), 2501)).toBe('StoreUnavailable');
    expect(writes).toEqual([0, 500, 2500]);
  });
});
