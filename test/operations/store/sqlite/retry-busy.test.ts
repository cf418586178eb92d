import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, vi } from 'vitest';
import { retryBusy } from '../../../../shared/operations/store/sqlite/retry-busy.ts';

const busy = Object.assign(new Error('database is locked'), { errcode: 261 });

describe('a call that another connection’s lock refuses', () => {
  it('is made again until it has its turn', async () => {
    const run = vi.fn(() => {
      if (run.mock.calls.length < 4) throw busy;
      return 7;
    });
    await expect(retryBusy(run, 60_000)).resolves.toBe(7);
    expect(run).toHaveBeenCalledTimes(4);
  });

  it('is given up after its time', async () => {
    const run = vi.fn(() => {
      throw busy;
    });
    await expect(retryBusy(run, 50)).rejects.toBe(busy);
    expect(run.mock.calls.length).toBeGreaterThan(1);
    expect(run.mock.calls.length).toBeLessThanOrEqual(12);
  });

  it('is made once if it is refused for anything else, or is not refused', async () => {
    using db = new DatabaseSync(':memory:');
    const mistake = vi.fn(() => db.exec('SELECT missing'));
    await expect(retryBusy(mistake, 1000)).rejects.toThrow('no such column');
    expect(mistake).toHaveBeenCalledTimes(1);
    const run = vi.fn(() => 1);
    expect(await retryBusy(run, 1000)).toBe(1);
    expect(run).toHaveBeenCalledTimes(1);
  });
});
