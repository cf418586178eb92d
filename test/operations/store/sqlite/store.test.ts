import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../../../../shared/operations/store/port.ts';
import { createSqliteStore } from '../../../../shared/operations/store/sqlite/store.ts';
import { failed, idOf, queued, running, START, succeeded } from '../../../contract/records.ts';

/** A version begins with a number that every write makes one greater. */
const counted = (version = ''): number => Number(version.split('.')[0]);

/** Processes are started one after the other. */
const SLOW = { timeout: 60_000 };
const WRITER = new URL('./writing-process.ts', import.meta.url);

describe('SQLite store', () => {
  let directory: string;
  let path: string;
  const now = () => START;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'operations-'));
    path = join(directory, 'deep', 'er', 'operations.db');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('is shared by processes: they start at once on a new file, and lose no increment', async () => {
    const writers = Array.from({ length: 4 }, () =>
      fork(WRITER, ['increment', path, '25'], { stdio: 'pipe' }),
    );
    let warnings = '';
    for (const { stderr } of writers) stderr?.on('data', (chunk) => (warnings += chunk));
    const ends = await Promise.all(writers.map((writer) => once(writer, 'exit')));
    expect(warnings).toBe('');
    expect(ends.map(([code]) => code)).toEqual([0, 0, 0, 0]);
    const store = createSqliteStore({ path, now });
    expect((await store.read(idOf('shared')))?.operation.attempts).toBe(100);
    await store.close();
  });

  it('gives a new database pages that hold more than one record of a short text', async () => {
    const store = createSqliteStore({ path, now });
    await Promise.all(
      ['a', 'b', 'c'].map((name) => store.create(queued(name, { input: { text: 'x'.repeat(2000) } }))),
    );
    using db = new DatabaseSync(path);
    const pages = () => Number(db.prepare('PRAGMA page_count').get()?.['page_count']);
    const before = pages();
    await Promise.all(
      ['d', 'e', 'f'].map((name) => store.create(queued(name, { input: { text: 'x'.repeat(2000) } }))),
    );
    expect(pages() - before).toBeLessThan(3);
    await store.close();
  });

  it('tells who follows a record what another process has written', async () => {
    const store = createSqliteStore({ path, now, lookEveryMs: 50 });
    await store.create(queued('a'));
    const told: unknown[] = [];
    const stop = store.watch(idOf('a'), (stored) => told.push(stored?.operation.status));
    await expect.poll(() => told).toEqual(['queued']);
    await once(fork(WRITER, ['finish', path]), 'exit');
    await expect.poll(() => told).toEqual(['queued', 'succeeded']);
    stop();
    await store.close();
  });

  it('keeps every write it resolved when the process is killed in the middle of a crowd', SLOW, async () => {
    const told = new Map<string, number>();
    for (let round = 0; round < 3; round += 1) {
      const writer = fork(WRITER, ['crowd', path, '40', `round${round}`], { stdio: 'pipe' });
      let messages = 0;
      writer.on('message', ({ id, version }: { id: string; version: string }) => {
        told.set(id, counted(version));
        messages += 1;
        if (messages === 150 + 37 * round) writer.kill('SIGKILL');
      });
      await once(writer, 'exit');
      const store = createSqliteStore({ path, now });
      for (const [id, version] of told) {
        const stored = await store.read(id);
        expect(stored?.operation.id).toBe(id);
        expect(counted(stored?.version)).toBeGreaterThanOrEqual(version);
      }
      await store.close();
    }
    expect(told.size).toBeGreaterThan(150);
  });

  it('commits together what is asked at once, and answers each for itself', async () => {
    const store = createSqliteStore({ path, now });
    const version = (await store.create(queued('a'))) ?? '';
    using other = new DatabaseSync(path);
    const commits = () => Number(other.prepare('PRAGMA data_version').get()?.['data_version']);
    const before = commits();
    const replies = await Promise.all([
      store.create(queued('b')),
      store.create(queued('a')),
      store.update(running('a'), version),
      store.update(failed('a'), version),
      store.update(running('nobody'), version),
      store.takeLock('s', { operation_id: idOf('a'), taken_at: START, expire_at: START + 1 }, undefined),
      store.takeLock('s', { operation_id: idOf('b'), taken_at: START, expire_at: START + 1 }, undefined),
    ]);
    const text = expect.any(String);
    expect(replies).toEqual([text, undefined, text, undefined, undefined, true, false]);
    expect(commits()).toBe(before + 1);
    expect((await store.read(idOf('a')))?.operation).toEqual(running('a'));
    await store.close();
  });

  it('closes after what was asked of it, and takes nothing more', async () => {
    const store = createSqliteStore({ path, now });
    const asked = Promise.all([store.create(queued('a')), store.create(queued('b'))]);
    await store.close();
    await expect(asked).resolves.toEqual([expect.any(String), expect.any(String)]);
    // SQLite deletes it with the last connection.
    expect(existsSync(`${path}-wal`)).toBe(false);
    await expect(store.create(queued('c'))).rejects.toThrow(StoreUnavailable);
    await expect(store.due(START, 1)).rejects.toThrow(StoreUnavailable);
    await expect(store.ping()).rejects.toThrow(StoreUnavailable);
    const again = createSqliteStore({ path, now });
    expect((await again.read(idOf('b')))?.operation).toEqual(queued('b'));
    await again.close();
  });

  it('deletes what is past its retention, however much, and nothing else', async () => {
    const store = createSqliteStore({ path, now });
    const many = Array.from({ length: 1200 }, (_, n) => failed(`n${n}`, { expire_at: START + 5 }));
    await Promise.all([
      ...many.map((record) => store.create(record)),
      store.create(queued('a', { expire_at: START + 10 })),
      store.create(failed('b', { expire_at: START + 11 })),
      store.takeLock('s', { operation_id: idOf('a'), taken_at: START, expire_at: START + 10 }, undefined),
    ]);
    expect(await store.purge(START + 4)).toBe(0);
    expect(await store.purge(START + 9)).toBe(1200);
    expect(await store.readLock('s')).toBeDefined();
    expect(await store.purge(START + 10)).toBe(1);
    expect(await store.readLock('s')).toBeUndefined();
    expect(await store.read(idOf('a'))).toBeUndefined();
    expect((await store.read(idOf('b')))?.operation.id).toBe(idOf('b'));
    await store.close();
  });

  it('shows what another process has written, also of a record that it has just written itself', async () => {
    const store = createSqliteStore({ path, now });
    const other = createSqliteStore({ path, now });
    const version = (await store.create(queued('a'))) ?? '';
    const cancelled = { ...failed('a'), status: 'cancelled' as const };
    expect((await store.read(idOf('a')))?.operation).toEqual(queued('a'));
    const next = await other.update(succeeded('a', { n: 1 }), version);
    expect(await store.read(idOf('a'))).toEqual({ operation: succeeded('a', { n: 1 }), version: next });
    expect(await store.update(cancelled as never, version)).toBeUndefined();
    expect((await store.read(idOf('a')))?.operation.status).toBe('succeeded');
    await Promise.all([store.close(), other.close()]);
  });

  it('postpones nothing that is finished', async () => {
    const store = createSqliteStore({ path, now });
    const version = (await store.create(failed('a'))) ?? '';
    expect(await store.postpone(idOf('a'), version, START)).toBe(false);
    expect(await store.due(START, 1)).toEqual([]);
    await store.close();
  });

  describe('is unavailable', () => {
    it('when the file cannot be made', () => {
      writeFileSync(join(directory, 'deep'), '');
      expect(() => createSqliteStore({ path })).toThrow(StoreUnavailable);
    });

    it('when the file is none of SQLite', () => {
      mkdirSync(join(directory, 'deep', 'er'), { recursive: true });
      writeFileSync(path, 'x'.repeat(5000));
      expect(() => createSqliteStore({ path })).toThrow(StoreUnavailable);
    });

    it('when a newer release has been at the file', async () => {
      await createSqliteStore({ path }).close();
      const db = new DatabaseSync(path);
      db.exec('PRAGMA user_version = 99');
      db.close();
      expect(() => createSqliteStore({ path })).toThrow(StoreUnavailable);
    });

    it('to writers while another process keeps the file locked, and after that no longer', async () => {
      const store = createSqliteStore({ path, now, lockTimeoutMs: 50 });
      using db = new DatabaseSync(path);
      db.exec('BEGIN IMMEDIATE');
      await expect(store.create(queued('a'))).rejects.toThrow(StoreUnavailable);
      await expect(store.ping()).rejects.toThrow(StoreUnavailable);
      expect(await store.read(idOf('a'))).toBeUndefined();
      db.exec('ROLLBACK');
      expect(await store.create(queued('a'))).toBeTypeOf('string');
      await store.ping();
      await store.close();
    });
  });

  it('waits for another process’s write, and the event loop does not', async () => {
    const store = createSqliteStore({ path, now, lockTimeoutMs: 60_000 });
    using db = new DatabaseSync(path);
    db.exec('BEGIN IMMEDIATE');
    let isCreated = false;
    const created = store.create(queued('a')).finally(() => {
      isCreated = true;
    });
    for (let turns = 0; turns < 50; turns += 1) await sleep(5);
    expect(isCreated).toBe(false);
    db.exec('ROLLBACK');
    expect(await created).toBeTypeOf('string');
    await store.close();
  });
});
