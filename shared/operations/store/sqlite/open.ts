import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { StoreUnavailable } from '../port.ts';
import { type Files, identify } from './files.ts';
import { FROM_EARLIER_LAYOUT, LAYOUT, LAYOUT_VERSION } from './schema.ts';

/** What is deleted or replaced is overwritten with zeros, so that no text is left in the file (sqlite.org/pragma.html). */
const OVERWRITE_DELETED = 'PRAGMA secure_delete = ON';

/**
 * Of a new database. A record of a short text takes a little over 2 kB, so that a page of SQLite's own 4,096 bytes would hold one and
 * be half empty.
 */
export const PAGE_BYTES = 8192;

/**
 * Opens the database for reads that never wait for another process. Makes it and its directory where there is none, and brings
 * one of an earlier release to the present layout.
 * @throws {StoreUnavailable} a newer release has been at it
 */
export function openForReads(path: string, lockTimeoutMs: number): { db: DatabaseSync; files: Files } {
  mkdirSync(dirname(resolve(path)), { recursive: true });
  const db = new DatabaseSync(path, { timeout: lockTimeoutMs });
  try {
    db.exec(`PRAGMA page_size = ${PAGE_BYTES}`);
    // Readers never wait for the writer.
    db.exec('PRAGMA journal_mode = WAL');
    db.exec(OVERWRITE_DELETED);
    // Of processes that start at once on an old file one makes it new.
    db.exec('BEGIN IMMEDIATE');
    const found = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
    if (found > LAYOUT_VERSION) throw new StoreUnavailable(`${path} was written by a newer release`);
    db.exec(found === 1 || found === 2 ? FROM_EARLIER_LAYOUT : LAYOUT);
    db.exec('COMMIT; PRAGMA query_only = ON; PRAGMA busy_timeout = 0');
    return { db, files: identify(path) };
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * A connection to a database that exists, for writes. FULL: the log is synced at each commit; NORMAL would survive the death
 * of the process but not of the machine, and an accepted operation has to survive both (sqlite.org/pragma.html).
 * Checkpoints are left to the caller: SQLite would make them part of a commit.
 */
export function openForWrites(path: string, lockTimeoutMs: number): DatabaseSync {
  const db = openExisting(path, lockTimeoutMs);
  try {
    db.exec(`PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; ${OVERWRITE_DELETED}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Makes no file: one that has vanished is an outage, not an empty database. */
export function openExisting(path: string, lockTimeoutMs: number): DatabaseSync {
  const url = pathToFileURL(resolve(path));
  url.searchParams.set('mode', 'rw');
  return new DatabaseSync(url, { timeout: lockTimeoutMs });
}
