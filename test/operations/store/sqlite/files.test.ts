import { copyFileSync, mkdtempSync, renameSync, rmSync, statSync, truncateSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../../../../shared/operations/store/port.ts';
import { PAGE_BYTES } from '../../../../shared/operations/store/sqlite/open.ts';
import { createSqliteStore, type SqliteStore } from '../../../../shared/operations/store/sqlite/store.ts';
import { idOf, queued, running, START } from '../../../contract/records.ts';

/** By then a read looks at the files again. */
const LATER_MS = 120;

describe('the files of the database', () => {
  let directory: string;
  let path: string;
  let store: SqliteStore;
  let version: string;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'files-'));
    path = join(directory, 'operations.db');
    store = createSqliteStore({ path, now: () => START });
    const many = Array.from({ length: 50 }, (_, n) => queued(`n${n}`, { input: { text: 'x'.repeat(3000) } }));
    await Promise.all(many.map((record) => store.create(record)));
    checkpoint();
    version = (await store.create(queued('a'))) ?? '';
    await store.ping();
  });
  afterEach(async () => {
    await store.close();
    rmSync(directory, { recursive: true });
  });

  const checkpoint = (mode = 'PASSIVE') => {
    using db = new DatabaseSync(path, { timeout: 60_000 });
    db.exec(`PRAGMA wal_checkpoint(${mode})`);
  };
  const lock = { operation_id: idOf('a'), taken_at: START, expire_at: START + 1 };
  const calls: Record<string, () => Promise<unknown>> = {
    create: () => store.create(queued('b')),
    update: () => store.update(running('a'), version),
    takeLock: () => store.takeLock('s', lock, undefined),
    purge: () => store.purge(START),
    ping: () => store.ping(),
    read: () => store.read(idOf('a')),
    list: () => store.list({ tenant_id: 'school-1', page_size: 1 }),
    due: () => store.due(START, 1),
    countUnfinished: () => store.countUnfinished('school-1', 1),
    readLock: () => store.readLock('s'),
  };
  /** Writes first, and at once: they look at the files each time. */
  const allAreUnavailable = async (reason: RegExp) => {
    for (const [name, call] of Object.entries(calls)) {
      if (name === 'ping') await sleep(LATER_MS);
      await expect(call(), name).rejects.toThrow(StoreUnavailable);
      await expect(call(), name).rejects.toThrow(reason);
    }
  };

  it.each([
    ['the database is deleted', () => unlinkSync(path), /operations\.db is gone/],
    ['the log is deleted', () => unlinkSync(`${path}-wal`), /-wal is gone/],
    ['the shared memory is deleted', () => unlinkSync(`${path}-shm`), /-shm is gone/],
    [
      'the database is replaced by a copy of itself',
      () => {
        copyFileSync(path, `${path}.copy`);
        renameSync(`${path}.copy`, path);
      },
      /operations\.db is another file/,
    ],
    ['the database is emptied', () => truncateSync(path, 0), /operations\.db was cut/],
    [
      'the database is cut',
      () => truncateSync(path, statSync(path).size - PAGE_BYTES),
      /operations\.db was cut/,
    ],
    ['the log is emptied', () => truncateSync(`${path}-wal`, 0), /-wal was cut/],
    ['the log is cut', () => truncateSync(`${path}-wal`, 5000), /-wal was cut/],
  ])('are missed when %s: nothing is answered any more', async (_, harm, reason) => {
    harm();
    await allAreUnavailable(reason);
  });

  it('are missed when the database is cut as soon as it has grown', async () => {
    await store.create(queued('large', { input: { text: 'x'.repeat(50_000) } }));
    checkpoint();
    truncateSync(path, statSync(path).size - PAGE_BYTES);
    await sleep(LATER_MS);
    await allAreUnavailable(/operations\.db was cut/);
  });

  it('are the same when they are back under their names', async () => {
    renameSync(path, `${path}.away`);
    await allAreUnavailable(/operations\.db is gone/);
    renameSync(`${path}.away`, path);
    for (const [name, call] of Object.entries(calls)) await expect(call(), name).resolves.not.toThrow();
  });

  it('may be emptied, vacuumed and filled by other processes that use SQLite', async () => {
    using other = new DatabaseSync(path, { timeout: 60_000 });
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(
        Array.from({ length: 50 }, (_, n) =>
          store.create(queued(`round${round}-${n}`, { expire_at: START })),
        ),
      );
      checkpoint('TRUNCATE');
      await store.ping();
      other.exec('DELETE FROM operations WHERE expire_at <= 1767225600000; VACUUM');
      checkpoint('TRUNCATE');
      await store.ping();
      expect(await store.create(queued(`after${round}`))).toBeTypeOf('string');
      await sleep(LATER_MS);
      expect((await store.read(idOf(`after${round}`)))?.operation).toEqual(queued(`after${round}`));
    }
  });
});
