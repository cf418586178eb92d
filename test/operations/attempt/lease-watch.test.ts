import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LeaseWatch, watchLease } from '../../../shared/operations/attempt/lease-watch.ts';
import { LeasedRecord } from '../../../shared/operations/attempt/leased-record.ts';
import { type OperationStore, StoreUnavailable } from '../../../shared/operations/store/port.ts';
import { idOf, running, succeeded } from '../../contract/records.ts';
import { openServices, type ServiceFixture } from '../../support/service-fixture.ts';

const TOKEN = 'token-a';

let fixture: ServiceFixture;
let hold: LeasedRecord;
let watch: LeaseWatch;
/** Seconds after the begin of the watch at which it read or wrote the record. */
let reads: number[];
let writes: number[];
let seconds: number;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  fixture = openServices();
  const { store, now, log } = fixture.services;
  const lease = { token: TOKEN, task: 'task-a', dispatch: 0, expires_at: now() + 600_000 };
  const operation = running('op', { lease });
  hold = new LeasedRecord(store, { operation, version: (await store.create(operation)) ?? '' }, now);
  reads = [];
  writes = [];
  seconds = 0;
  count();
  watch = watchLease(store, hold, TOKEN, log);
});
afterEach(async () => {
  watch.stop();
  vi.useRealTimers();
  await fixture[Symbol.asyncDispose]();
});

const count = (over: Partial<OperationStore> = {}) =>
  fixture.interpose((store) => ({
    read: (id) => {
      reads.push(seconds);
      return (over.read ?? store.read.bind(store))(id);
    },
    update: (operation, version) => {
      writes.push(seconds);
      return store.update(operation, version);
    },
  }));

/** Lets so many seconds pass, and whatever they set off come to its end. */
async function pass(many: number): Promise<void> {
  for (let n = 0; n < many; n += 1) {
    seconds += 1;
    vi.advanceTimersByTime(1000);
    for (let turns = 0; turns < 10; turns += 1) await turn();
  }
}

async function put(change: (version: string) => Promise<unknown>): Promise<void> {
  const stored = await fixture.services.store.read(idOf('op'));
  await change(stored?.version ?? '');
  reads = [];
}

describe('the watch of a held record', () => {
  it('looks after 1, 2 and 4 seconds, then every 5', async () => {
    await pass(23);
    expect(reads).toEqual([1, 3, 7, 12, 17, 22]);
    expect(writes).toEqual([]);
    expect(watch.signal.aborted).toBe(false);
  });

  it.each<[string, (version: string) => Promise<unknown>]>([
    ['finished', (version) => fixture.services.store.update(succeeded('op', {}), version)],
    [
      'in other hands',
      (version) =>
        fixture.services.store.update(
          running('op', { lease: { token: 'b', task: 'b', dispatch: 0, expires_at: 1 } }),
          version,
        ),
    ],
    ['without a lease', (version) => fixture.services.store.update(withoutLease(), version)],
  ])('aborts the attempt at its next look when the record is %s, and looks no more', async (_, change) => {
    await put(change);
    await pass(20);
    expect(watch.signal.aborted).toBe(true);
    expect(reads).toEqual([1]);
  });

  it('aborts the attempt when the record is gone', async () => {
    count({ read: async () => undefined });
    await pass(1);
    expect(watch.signal.aborted).toBe(true);
  });

  it('goes on after a look that failed', async () => {
    count({ read: () => Promise.reject(new StoreUnavailable('away')) });
    await pass(3);
    expect(watch.signal.aborted).toBe(false);
    count();
    await pass(4);
    expect(reads).toEqual([1, 3, 7]);
  });

  it('looks no more once it is stopped', async () => {
    await pass(3);
    watch.stop();
    await pass(20);
    expect(reads).toEqual([1, 3]);
  });

  it('looks no more once it is stopped, also if that happens while it looks', async () => {
    const looking = Promise.withResolvers<undefined>();
    count({ read: () => looking.promise });
    await pass(1);
    watch.stop();
    looking.reject(new StoreUnavailable('late'));
    await pass(20);
    expect(reads).toEqual([1]);
  });
});

describe('progress', () => {
  const stored = async () => (await fixture.services.store.read(idOf('op')))?.operation;

  it('is written in place of a look, not before the looks are 5 seconds apart', async () => {
    watch.onProgress(0.01);
    await pass(11);
    expect([reads, writes]).toEqual([[1, 3, 7], []]);
    await pass(1);
    expect([reads, writes]).toEqual([[1, 3, 7], [12]]);
    expect(await stored()).toMatchObject({ progress: 0.01 });
  });

  it('is written once, and again when there is a hundredth more', async () => {
    watch.onProgress(0.5);
    await pass(12);
    watch.onProgress(0.509);
    await pass(5);
    expect(writes).toEqual([12]);
    watch.onProgress(0.51);
    await pass(5);
    expect(writes).toEqual([12, 22]);
    expect(await stored()).toMatchObject({ progress: 0.51 });
  });

  it('never goes back', async () => {
    watch.onProgress(0.5);
    watch.onProgress(0.3);
    await pass(12);
    expect(await stored()).toMatchObject({ progress: 0.5 });
  });

  it('that cannot be written, because the record is in other hands, aborts the attempt', async () => {
    await pass(7);
    const lease = { token: 'b', task: 'b', dispatch: 0, expires_at: 1 };
    await put((version) => fixture.services.store.update(running('op', { lease }), version));
    watch.onProgress(0.5);
    await pass(5);
    expect(watch.signal.aborted).toBe(true);
    expect(await stored()).not.toHaveProperty('progress');
  });
});

function withoutLease() {
  const { lease: _, ...operation } = running('op') as Extract<
    ReturnType<typeof running>,
    { status: 'running' }
  >;
  return operation;
}
