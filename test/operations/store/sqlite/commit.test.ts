import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareCommit, type Reply } from '../../../../shared/operations/store/sqlite/commit.ts';
import { openForReads, openForWrites, PAGE_BYTES } from '../../../../shared/operations/store/sqlite/open.ts';
import { rowAt } from '../../../../shared/operations/store/sqlite/own-row.ts';
import { rowOf } from '../../../../shared/operations/store/sqlite/row.ts';
import type { Request } from '../../../../shared/operations/store/sqlite/writes.ts';
import { idOf, queued, running, START } from '../../../contract/records.ts';
import { noise } from '../../../support/noise.ts';

const create = (name: string, bytes = 0): Request => ({
  kind: 'create',
  row: rowOf(queued(name, { input: { text: noise(bytes) } })),
  now: START,
});
const LOCK_MS = 200;
const FIRST = START * 1000;
const rowidOf = (name: string): number => rowAt(START, idOf(name)) ?? 0;
const update = (name: string, version = FIRST, rowid = rowidOf(name)): Request => ({
  kind: 'update',
  row: rowOf(running(name)),
  version,
  rowid,
});
const written = (name: string, version = FIRST) => ({ version, rowid: rowidOf(name) });

const OUTAGE = { failed: 'outage', message: expect.any(String) };

describe('requests that are committed together', () => {
  let directory: string;
  let path: string;
  let db: DatabaseSync;
  let reader: DatabaseSync;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'commit-'));
    path = join(directory, 'operations.db');
    reader = openForReads(path, 1000).db;
    db = openForWrites(path, LOCK_MS);
  });
  afterEach(() => {
    db.close();
    reader.close();
    rmSync(directory, { recursive: true });
  });
  const commit = (...requests: Request[]): Reply[] => prepareCommit(db, 1000)(requests);
  const stored = () =>
    reader
      .prepare('SELECT id FROM operations ORDER BY id')
      .all()
      .map(({ id }) => id);

  it('are synced to the disk before they are replied to', () => {
    expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(db.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
    expect(commit(create('a'))).toEqual([written('a')]);
    expect(db.isTransaction).toBe(false);
    expect(stored()).toEqual([idOf('a')]);
  });

  it('see each other in their order: of two updates with one version the first is made', () => {
    const replies = commit(create('a'), create('a'), update('a'), update('a'), update('a', FIRST + 1));
    expect(replies).toEqual([
      written('a'),
      undefined,
      written('a', FIRST + 1),
      undefined,
      written('a', FIRST + 2),
    ]);
  });

  it('find a record by its row, and by its id where that is another’s now', () => {
    commit(create('a'), create('b'));
    const ofAnother = update('a', FIRST, rowidOf('b'));
    const replies = commit(update('b'), ofAnother, update('b', FIRST + 1, 0));
    expect(replies).toEqual([written('b', FIRST + 1), written('a', FIRST + 1), written('b', FIRST + 2)]);
    const row = { ...rowOf(running('a')), created_at: START + 5, tenant_id: 'school-9' };
    const replace: Request = { kind: 'update', row, version: FIRST + 1, rowid: rowidOf('a') };
    expect(commit(replace)).toEqual([written('a', FIRST + 2)]);
    const found = reader
      .prepare('SELECT tenant_id, created_at FROM operations WHERE row = ?')
      .get(rowidOf('a'));
    expect(found).toEqual({ tenant_id: 'school-9', created_at: START + 5 });
  });

  it('that are mistakes fail alone', () => {
    const nameless = { kind: 'create', row: { ...rowOf(queued('b')), tenant_id: null }, now: START } as never;
    expect(commit(create('a'), nameless, create('c'))).toEqual([
      written('a'),
      { failed: 'fault', message: expect.stringContaining('tenant_id') },
      written('c'),
    ]);
    expect(stored()).toEqual(['a', 'c'].map(idOf).toSorted());
  });

  it('on a disk that is full fail alone, and what fits is written', () => {
    db.exec('PRAGMA max_page_count = 30');
    const replies = commit(create('a'), create('large', 400_000), create('b'), create('larger', 500_000));
    expect(replies).toEqual([written('a'), OUTAGE, written('b'), OUTAGE]);
    expect(stored()).toEqual(['a', 'b'].map(idOf).toSorted());
    expect(db.isTransaction).toBe(false);
    db.exec('PRAGMA max_page_count = 50000');
    expect(commit(create('large', 400_000))).toEqual([written('large')]);
  });

  it('give up on a disk that refuses each for too long', () => {
    db.exec('PRAGMA max_page_count = 30');
    const [large, small] = [create('large', 400_000), create('small')];
    expect(prepareCommit(db, -1)([large, small])).toEqual([OUTAGE, OUTAGE]);
    expect(prepareCommit(db, 1000)([large, small])).toEqual([OUTAGE, written('small')]);
  });

  it('all wait for a lock once', () => {
    const locked = openForWrites(path, LOCK_MS);
    locked.exec('BEGIN IMMEDIATE');
    const begun = performance.now();
    const replies = prepareCommit(db, 60_000)(Array.from({ length: 100 }, (_, n) => create(`n${n}`)));
    // Each by itself, they would wait twice as long.
    expect(performance.now() - begun).toBeLessThan(50 * LOCK_MS);
    expect(replies).toEqual(Array(100).fill(OUTAGE));
    locked.close();
    expect(commit(create('a'))).toEqual([written('a')]);
  });

  it('change nothing in a file of which a page is not what SQLite wrote', () => {
    commit(create('a'));
    const root = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'by_expiry'").get()?.[
      'rootpage'
    ];
    db.close();
    reader.close();
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(PAGE_BYTES, 'x'), 0, PAGE_BYTES, (Number(root) - 1) * PAGE_BYTES);
    closeSync(file);
    reader = openForReads(path, 1000).db;
    db = openForWrites(path, 50);
    const replies = commit({ kind: 'ping', trial: true }, create('b'));
    expect(replies).toEqual(replies.map(() => ({ failed: 'corrupt', message: expect.any(String) })));
    expect(db.isTransaction).toBe(false);
    expect(stored()).toEqual([idOf('a')]);
  });

  it('try whether anything can be written, and change nothing', () => {
    const pages = () => Number(db.prepare('PRAGMA wal_checkpoint(NOOP)').get()?.['log']);
    const before = pages();
    expect(commit({ kind: 'ping', trial: false })).toEqual([0]);
    expect(pages()).toBe(before);
    expect(commit({ kind: 'ping', trial: true })).toEqual([expect.any(Number)]);
    expect(pages()).toBe(before + 1);
    expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: 3 });
  });
});
