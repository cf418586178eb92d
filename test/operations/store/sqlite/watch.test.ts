import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LOOK_EVERY_MS } from '../../../../shared/operations/store/port.ts';
import { createSqliteStore, type SqliteStore } from '../../../../shared/operations/store/sqlite/store.ts';
import { createWatch } from '../../../../shared/operations/store/sqlite/watch.ts';
import { failed, idOf, queued, running, START } from '../../../contract/records.ts';
import { sqlitePlace } from '../../../contract/sqlite-place.ts';
import { writeInline } from '../../../support/inline-writes.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('following records of a file', () => {
  let place: Awaited<ReturnType<typeof sqlitePlace>>;
  let store: SqliteStore;
  /** Another process on the same file. */
  let other: SqliteStore;
  beforeEach(async () => {
    place = await sqlitePlace();
    const options = { path: place.path, now: () => START };
    store = createSqliteStore(options, writeInline);
    other = createSqliteStore(options, writeInline);
  });
  afterEach(async () => {
    await store.close();
    await other.close();
    await place.remove();
  });

  it('is told of its own writes at once, without a look', async () => {
    const version = await store.create(queued('a'));
    const told: unknown[] = [];
    const stop = store.watch(idOf('a'), (stored) => told.push(stored?.operation.status));
    await pass(0);
    await store.update(running('a'), version ?? '');
    await pass(0);
    expect(told).toEqual(['queued', 'running']);
    stop();
  });

  it('finds the writes of another process within a second', async () => {
    const version = await store.create(queued('a'));
    const told: unknown[] = [];
    const stop = store.watch(idOf('a'), (stored) => told.push(stored?.operation.status));
    await pass(0);
    await other.update(failed('a'), version ?? '');
    await pass(LOOK_EVERY_MS - 1);
    expect(told).toEqual(['queued']);
    await pass(1);
    expect(told).toEqual(['queued', 'failed']);
    stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the looks', () => {
  it('are one for each record and second, and fetch only what has another version', async () => {
    const calls: string[] = [];
    let version = '1';
    const watch = createWatch({
      read: async (id) => {
        calls.push(`read ${id}`);
        return { operation: queued(id), version };
      },
      version: async (id) => {
        calls.push(`version ${id}`);
        return version;
      },
      lookEveryMs: LOOK_EVERY_MS,
    });
    const told = vi.fn();
    const stops = Array.from({ length: 200 }, () => watch.watch('a', told));
    await pass(0);
    expect(calls).toEqual(['read a']);
    expect(told).toHaveBeenCalledTimes(200);
    await pass(3 * LOOK_EVERY_MS);
    expect(calls.splice(0)).toEqual(['read a', 'version a', 'version a', 'version a']);
    version = '2';
    await pass(LOOK_EVERY_MS);
    expect(calls.splice(0)).toEqual(['version a', 'read a']);
    expect(told).toHaveBeenCalledTimes(400);
    for (const stop of stops) stop();
    await pass(3 * LOOK_EVERY_MS);
    expect([calls, watch.size, vi.getTimerCount()]).toEqual([[], 0, 0]);
  });

  it('go on where one failed', async () => {
    let away = true;
    const read = async () => {
      if (away) throw new Error('away');
      return { operation: queued('a'), version: '1' };
    };
    const watch = createWatch({
      read,
      version: async () => (await read()).version,
      lookEveryMs: LOOK_EVERY_MS,
    });
    const told = vi.fn();
    const stop = watch.watch('a', told);
    await pass(2 * LOOK_EVERY_MS);
    expect(told).not.toHaveBeenCalled();
    away = false;
    await pass(LOOK_EVERY_MS);
    expect(told).toHaveBeenCalledTimes(1);
    stop();
  });
});
