import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../../../../shared/operations/store/port.ts';
import {
  guard,
  isBusy,
  isCorruption,
  isOutage,
  StoreCorrupt,
} from '../../../../shared/operations/store/sqlite/outages.ts';

/** As `node:sqlite` makes them. */
const sqliteError = (errcode: number) =>
  Object.assign(new Error('told by SQLite'), { code: 'ERR_SQLITE_ERROR', errcode, errstr: 'told by SQLite' });

/** sqlite.org/rescode.html */
const CODES = {
  outages: {
    BUSY: 5,
    LOCKED: 6,
    NOMEM: 7,
    READONLY: 8,
    IOERR: 10,
    CORRUPT: 11,
    FULL: 13,
    CANTOPEN: 14,
    PROTOCOL: 15,
    NOLFS: 22,
    NOTADB: 26,
    BUSY_RECOVERY: 261,
    IOERR_WRITE: 778,
    READONLY_DBMOVED: 1032,
    CORRUPT_INDEX: 779,
  },
  mistakes: {
    ERROR: 1,
    TOOBIG: 18,
    CONSTRAINT: 19,
    MISMATCH: 20,
    MISUSE: 21,
    RANGE: 25,
    CONSTRAINT_UNIQUE: 2067,
  },
};
const caught = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};
const thrown = (error: unknown) =>
  caught(() =>
    guard(() => {
      throw error;
    }),
  );

describe('what SQLite throws', () => {
  it.each(Object.entries(CODES.outages))('%s is an outage', (name, code) => {
    const error = sqliteError(code);
    expect(isOutage(error)).toBe(true);
    expect(isBusy(error)).toBe(/BUSY|LOCKED/.test(name));
    expect(isCorruption(error)).toBe(/CORRUPT|NOTADB/.test(name));
    const told = thrown(error);
    expect(told).toBeInstanceOf(/CORRUPT|NOTADB/.test(name) ? StoreCorrupt : StoreUnavailable);
    expect(told).toMatchObject({ name: 'StoreUnavailable', message: 'SQLite: told by SQLite', cause: error });
  });

  it.each(Object.entries(CODES.mistakes))('%s is a mistake', (_, code) => {
    const error = sqliteError(code);
    expect([isOutage(error), isBusy(error), isCorruption(error)]).toEqual([false, false, false]);
    expect(thrown(error)).toBe(error);
  });

  it('as little as any other error is an outage, unless the file system or a closed connection made it', () => {
    expect([new Error('?'), new TypeError('?'), 'text', undefined].map(isOutage)).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(isOutage(caught(() => statSync('/nowhere')))).toBe(true);
    const db = new DatabaseSync(':memory:');
    db.close();
    expect(isOutage(caught(() => db.exec('SELECT 1')))).toBe(true);
  });

  it('keeps what the port says already', () => {
    const error = new StoreUnavailable('gone');
    expect(thrown(error)).toBe(error);
  });

  it('is what this build of SQLite throws where it is provoked', () => {
    const directory = mkdtempSync(join(tmpdir(), 'outages-'));
    const open = (name: string, options = {}) =>
      new DatabaseSync(join(directory, name), { timeout: 0, ...options });
    using db = open('a.db');
    db.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (x TEXT) STRICT');
    using other = open('a.db');
    const codeOf = (run: () => unknown) => (caught(run) as { errcode?: number }).errcode;
    db.exec('BEGIN IMMEDIATE');
    expect(codeOf(() => other.exec('BEGIN IMMEDIATE'))).toBe(CODES.outages.BUSY);
    db.exec('ROLLBACK; PRAGMA query_only = ON');
    expect(codeOf(() => db.exec("INSERT INTO t VALUES ('')"))).toBe(CODES.outages.READONLY);
    db.exec('PRAGMA query_only = OFF; PRAGMA max_page_count = 2');
    expect(codeOf(() => db.exec('INSERT INTO t VALUES (hex(zeroblob(100000)))'))).toBe(CODES.outages.FULL);
    writeFileSync(join(directory, 'text'), 'x'.repeat(5000));
    using text = open('text');
    expect(codeOf(() => text.exec('SELECT * FROM sqlite_schema'))).toBe(CODES.outages.NOTADB);
    expect(codeOf(() => open('no/such/directory'))).toBe(CODES.outages.CANTOPEN);
    rmSync(directory, { recursive: true });
  });
});
