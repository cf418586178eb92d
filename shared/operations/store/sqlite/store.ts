import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Operation } from '../../record/record.ts';
import { type OperationStore, SET_ASIDE_MS, type Stored, StoreUnavailable, type Version } from '../port.ts';
import {
  CORRUPT,
  dueAt,
  type OnCorrupt,
  parseJson,
  parseRecord,
  parseSummary,
  serialise,
  serialiseSummary,
  skipCorrupt,
} from '../serialise.ts';
import { SLOT_LAYOUT, sqliteSlots } from './locks.ts';
import { FROM_VERSION_1, LAYOUT, LAYOUT_VERSION, PRAGMAS, STATEMENTS } from './schema.ts';

export interface SqliteOptions {
  /** Path of the database file; its directory is made if there is none. */
  readonly path: string;
  /** The clock that decides what is past its retention. */
  readonly now?: () => number;
  readonly onCorrupt?: OnCorrupt | undefined;
  /** How long a call waits for another process's write, which takes milliseconds. The wait blocks the event loop. */
  readonly lockTimeoutMs?: number;
}

export interface SqliteStore extends OperationStore {
  /** Deletes what is past its retention at `now`, and tells how many: the counterpart of Firestore's TTL. */
  purge(now: number): number;
}

/** Result codes (sqlite.org/rescode.html) that tell of the machine and not of a mistake in the statement. */
const OUTAGE = new Set([
  5 /* BUSY */, 6 /* LOCKED */, 7 /* NOMEM */, 8 /* READONLY */, 10 /* IOERR */, 11 /* CORRUPT */,
  13 /* FULL */, 14 /* CANTOPEN */, 15 /* PROTOCOL */, 22 /* NOLFS */, 26 /* NOTADB */,
]);

/**
 * Operations in one SQLite file, which several processes may share. A resolved write is on the disk. Versions start at
 * the clock and count up, so that an id used again after its retention never meets a version of its former life.
 * @throws {StoreUnavailable} the file cannot be opened
 */
export function createSqliteStore(options: SqliteOptions): SqliteStore {
  const { path, now = Date.now, onCorrupt, lockTimeoutMs = 3000 } = options;
  const db = guard(() => open(path, lockTimeoutMs));
  const sql = guard(() => ({
    create: db.prepare(STATEMENTS.create),
    read: db.prepare(STATEMENTS.read),
    update: db.prepare(STATEMENTS.update),
    list: db.prepare(STATEMENTS.list),
    due: db.prepare(STATEMENTS.due),
    postpone: db.prepare(STATEMENTS.postpone),
    setAside: db.prepare(STATEMENTS.setAside),
    countUnfinished: db.prepare(STATEMENTS.countUnfinished),
    purge: db.prepare(STATEMENTS.purge),
    ping: db.prepare(STATEMENTS.ping),
  }));

  const slots = sqliteSlots(db, guard);

  const parse = (row: Row): Stored => ({
    operation: parseRecord(String(row['id']), parseJson('document', row['document'])),
    version: String(row['version']),
  });

  /** Rows are read one by one, so that corrupt ones take no place in the answer. */
  function take<T>(
    rows: Iterable<Row>,
    limit: number,
    parse: (row: Row) => T,
    skipped: (row: Row, faults: string) => void,
  ): T[] {
    const taken: T[] = [];
    if (limit <= 0) return taken;
    for (const row of rows) {
      const one = skipCorrupt(
        () => parse(row),
        (faults) => skipped(row, faults),
      );
      if (one !== undefined && taken.push(one) >= limit) break;
    }
    return taken;
  }

  function setAside(row: Row, faults: string): void {
    const { id, version, status } = row as { id: string; version: number; status: string };
    let changes: number | bigint = 1;
    try {
      ({ changes } = sql.setAside.run({ id, version, due_at: now() + SET_ASIDE_MS }));
    } catch {
      // What cannot be set aside is skipped all the same, and met again.
    }
    if (status !== CORRUPT && Number(changes) === 1) onCorrupt?.(id, faults);
  }

  return {
    async create(record) {
      const values = columns(record);
      return versionOf(guard(() => sql.create.all({ ...values, now: now() })));
    },
    async read(id) {
      const row = guard(() => sql.read.get({ id, now: now() }));
      return row && parse(row);
    },
    async update(record, version) {
      const values = columns(record);
      if (!/^\d{1,15}$/.test(version)) return undefined;
      return versionOf(guard(() => sql.update.all({ ...values, version: Number(version) })));
    },
    async list({ tenant_id, status, endpoint, page_size, after }) {
      const filter = { tenant_id, status: status ?? null, endpoint: endpoint ?? null, now: now() };
      const from = { created_at: after?.created_at ?? Number.MAX_SAFE_INTEGER, id: after?.id ?? '' };
      const tell = (row: Row, faults: string) => onCorrupt?.(String(row['id']), faults);
      const rows = () => sql.list.iterate({ ...filter, ...from });
      const found = guard(() => take(rows(), page_size + 1, summaryIn, tell));
      return {
        operations: found.slice(0, page_size),
        more: found.length > page_size,
      };
    },
    async due(at, limit, { due_at, id } = { due_at: -1, id: '' }) {
      const corrupt: [Row, string][] = [];
      const parseDue = (row: Row) => dueAt(parse(row), Number(row['due_at']));
      const rows = () => sql.due.iterate({ at, due_at, id });
      const found = guard(() => take(rows(), limit, parseDue, (...skipped) => corrupt.push(skipped)));
      for (const [row, faults] of corrupt) setAside(row, faults);
      return found;
    },
    async postpone(id, version, due_at) {
      const { changes } = guard(() => sql.postpone.run({ id, version: Number(version), due_at }));
      return Number(changes) === 1;
    },
    async countUnfinished(tenant_id, up_to) {
      return Number(guard(() => sql.countUnfinished.get({ tenant_id, up_to }))?.['found']);
    },
    readSlot: slots.readSlot,
    takeSlot: slots.takeSlot,
    async ping() {
      guard(() => sql.ping.get());
    },
    async close() {
      if (db.isOpen) db.close();
    },
    purge: (at) => {
      slots.purgeSlots(at);
      return Number(guard(() => sql.purge.run({ at })).changes);
    },
  };
}

type Row = Record<string, unknown>;

const summaryIn = (row: Row) => parseSummary(String(row['id']), row['summary']);

function open(path: string, lockTimeoutMs: number): DatabaseSync {
  mkdirSync(dirname(resolve(path)), { recursive: true });
  const db = new DatabaseSync(path, { timeout: lockTimeoutMs });
  try {
    db.exec(PRAGMAS);
    // Of processes that start at once on an old file one makes it new.
    db.exec('BEGIN IMMEDIATE');
    const found = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
    if (found > LAYOUT_VERSION) throw new StoreUnavailable(`${path} was written by a newer release`);
    db.exec(found === 1 ? FROM_VERSION_1 : LAYOUT);
    db.exec(SLOT_LAYOUT);
    db.exec('COMMIT');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function columns(record: Operation) {
  const { id, tenant_id, endpoint, status, created_at, expire_at } = record;
  const due_at = 'due_at' in record ? record.due_at : null;
  return {
    ...{ id, tenant_id, endpoint, status, created_at, due_at, expire_at },
    summary: serialiseSummary(record),
    document: serialise(record),
  };
}

/**
 * Of the rows that a write returned, of which there is one at most. All are asked for, not one: a row is returned before
 * the commit, and that a commit failed is told only by the step after the last row.
 */
const versionOf = ([row]: Row[]): Version | undefined => row && String(row['version']);

function guard<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (isOutage(error)) throw new StoreUnavailable(`SQLite: ${error.message}`, { cause: error });
    throw error;
  }
}

/** The low byte of an extended result code is the primary one. Closed and unopenable files are outages too. */
function isOutage(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  if ('errcode' in error) return OUTAGE.has(Number(error.errcode) & 0xff);
  return 'code' in error && (error.code === 'ERR_INVALID_STATE' || 'syscall' in error);
}
