import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { summaryOf } from '../../../../shared/operations/record/summary.ts';
import { RecordCorrupt, StoreUnavailable } from '../../../../shared/operations/store/port.ts';
import { STATEMENTS } from '../../../../shared/operations/store/sqlite/schema.ts';
import { createSqliteStore } from '../../../../shared/operations/store/sqlite/store.ts';
import { failed, idOf, queued, START, succeeded } from '../../../contract/records.ts';

/** The layout of the first files. */
const VERSION_1 = `
  CREATE TABLE operations (
    id TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, tenant_id TEXT NOT NULL, endpoint TEXT NOT NULL,
    status TEXT NOT NULL, created_at INTEGER NOT NULL, due_at INTEGER, expire_at INTEGER NOT NULL,
    document TEXT NOT NULL
  ) STRICT;
  CREATE INDEX by_tenant ON operations (tenant_id, created_at DESC, id DESC, status, endpoint, expire_at);
  CREATE INDEX by_due ON operations (due_at, id) WHERE due_at IS NOT NULL;
  CREATE INDEX unfinished_by_tenant ON operations (tenant_id) WHERE due_at IS NOT NULL;
  CREATE INDEX by_expiry ON operations (expire_at);
  PRAGMA user_version = 1;
`;

const WRITER = new URL('./writer.ts', import.meta.url);

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

  it('keeps every write it resolved when the process is killed', async () => {
    const writer = fork(WRITER, ['create', path, '1000000'], { stdio: 'pipe' });
    const told: string[] = [];
    writer.on('message', (id) => told.push(String(id)) === 50 && writer.kill('SIGKILL'));
    await once(writer, 'exit');
    const store = createSqliteStore({ path, now });
    for (const id of told) expect((await store.read(id))?.operation.id).toBe(id);
    expect(told.length).toBeGreaterThanOrEqual(50);
    await store.close();
  });

  it('syncs the log at every commit', async () => {
    const exec = vi.spyOn(DatabaseSync.prototype, 'exec');
    const store = createSqliteStore({ path, now });
    const [db] = exec.mock.contexts as DatabaseSync[];
    exec.mockRestore();
    expect(db?.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(db?.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
    await store.close();
  });

  it('deletes what is past its retention, and nothing else', async () => {
    const store = createSqliteStore({ path, now });
    await store.create(queued('a', { expire_at: START + 10 }));
    await store.create(failed('b', { expire_at: START + 11 }));
    await store.takeSlot('s', { operation_id: idOf('a'), taken_at: START, expire_at: START + 10 }, undefined);
    expect(store.purge(START + 9)).toBe(0);
    expect(await store.readSlot('s')).toBeDefined();
    expect(store.purge(START + 10)).toBe(1);
    expect(await store.readSlot('s')).toBeUndefined();
    expect(await store.read(idOf('a'))).toBeUndefined();
    expect((await store.read(idOf('b')))?.operation.id).toBe(idOf('b'));
    await store.close();
  });

  it.each([
    ['list', 'by_tenant'],
    ['due', 'by_due'],
    ['purge', 'by_expiry'],
    ['countUnfinished', 'unfinished_by_tenant'],
  ] as const)('answers %s from the index %s, without sorting', (statement, index) => {
    void createSqliteStore({ path, now }).close();
    using db = new DatabaseSync(path);
    const plan = db
      .prepare(`EXPLAIN QUERY PLAN ${STATEMENTS[statement]}`)
      .all()
      .map((step) => String(step['detail']))
      .filter((step) => !step.includes('subquery'));
    expect(plan).toEqual([expect.stringMatching(new RegExp(`SEARCH operations USING .*INDEX ${index}`))]);
  });

  it('comes to a summary without passing the record', () => {
    void createSqliteStore({ path, now }).close();
    using db = new DatabaseSync(path);
    const names = db
      .prepare('PRAGMA table_info(operations)')
      .all()
      .map(({ name }) => name);
    expect(names.indexOf('summary')).toBeLessThan(names.indexOf('document'));
    expect(STATEMENTS.list).not.toContain('document');
  });

  it('takes over a file of version 1, and lists what is in it', async () => {
    mkdirSync(join(directory, 'deep', 'er'), { recursive: true });
    const done = succeeded('a', { issues: [] }, { model: 'm-1' } as never);
    {
      using db = new DatabaseSync(path);
      db.exec(VERSION_1);
      const insert = db.prepare('INSERT INTO operations VALUES (?, 7, ?, ?, ?, ?, ?, ?, ?)');
      for (const { id, tenant_id, endpoint, status, created_at, expire_at, ...rest } of [done, queued('b')]) {
        const record = { id, tenant_id, endpoint, status, created_at, expire_at, ...rest };
        const due = 'due_at' in rest ? rest.due_at : null;
        insert.run(id, tenant_id, endpoint, status, created_at, due, expire_at, JSON.stringify(record));
      }
      insert.run(idOf('c'), 'school-1', 'proofread', 'queued', START, START, START + 1, '{"id"');
    }
    for (let opened = 0; opened < 2; opened += 1) {
      const store = createSqliteStore({ path, now });
      expect(await store.read(idOf('a'))).toEqual({ operation: done, version: '7' });
      await expect(store.read(idOf('c'))).rejects.toThrow(RecordCorrupt);
      const { operations } = await store.list({ tenant_id: 'school-1', page_size: 9 });
      const newest = [done, queued('b')].sort((a, b) => (a.id < b.id ? 1 : -1));
      expect(operations).toEqual(newest.map(summaryOf));
      expect((await store.due(START, 9)).map(({ operation }) => operation)).toEqual([queued('b')]);
      await store.close();
    }
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

    it('when it is closed', async () => {
      const store = createSqliteStore({ path, now });
      await store.close();
      await expect(store.create(queued('a'))).rejects.toThrow(StoreUnavailable);
      await expect(store.due(START, 1)).rejects.toThrow(StoreUnavailable);
      await expect(store.ping()).rejects.toThrow(StoreUnavailable);
    });

    it('while another process keeps the file locked, and after that no longer', async () => {
      const store = createSqliteStore({ path, now, lockTimeoutMs: 50 });
      using db = new DatabaseSync(path);
      db.exec('BEGIN IMMEDIATE');
      await expect(store.create(queued('a'))).rejects.toThrow(StoreUnavailable);
      expect(await store.read(idOf('a'))).toBeUndefined();
      db.exec('ROLLBACK');
      expect(await store.create(queued('a'))).toBeTypeOf('string');
      await store.close();
    });

    it('when the disk is full, and nothing is half written', async () => {
      const exec = vi.spyOn(DatabaseSync.prototype, 'exec').mockImplementationOnce(function (
        this: DatabaseSync,
        sql,
      ) {
        this.exec(`${sql}; PRAGMA max_page_count = 40`);
      });
      const store = createSqliteStore({ path, now });
      exec.mockRestore();
      const text = 'x'.repeat(20_000);
      const fill = async () => {
        for (let n = 0; n < 20; n += 1) await store.create(queued(`n${n}`, { input: { text } }));
      };
      await expect(fill()).rejects.toThrow(StoreUnavailable);
      const { operations } = await store.list({ tenant_id: 'school-1', page_size: 100 });
      expect(operations.length).toBeGreaterThan(1);
      expect(operations.length).toBeLessThan(20);
      await store.close();
    });
  });
});
