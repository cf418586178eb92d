import { LOOK_EVERY_MS, type OperationStore, StoreUnavailable, type Version } from '../port.ts';
import type { OnCorrupt } from '../serialise.ts';
import { readDue } from './due.ts';
import { closeIfWhole, createFileCheck } from './files.ts';
import { openForReads } from './open.ts';
import { guard, StoreCorrupt, translated } from './outages.ts';
import { createReader } from './reader.ts';
import { createRecentRecords } from './recent-records.ts';
import { retryBusy } from './retry-busy.ts';
import { type Row, rowOf } from './row.ts';
import { parseVersion, versionOf } from './version.ts';
import { createWatch } from './watch.ts';
import { createWriteThread, type OnCrash } from './write-thread.ts';
import type { Request, Written } from './writes.ts';

export interface SqliteOptions {
  /** Path of the database file; its directory is made if there is none. */
  readonly path: string;
  /** The clock that decides what is past its retention. */
  readonly now?: () => number;
  readonly onCorrupt?: OnCorrupt | undefined;
  /** Milliseconds between two looks for what other processes have written to records that are watched. */
  readonly lookEveryMs?: number;
  /** How long a call waits for another process's write, which takes milliseconds. */
  readonly lockTimeoutMs?: number;
  /** Told that the thread that writes has ended by itself. Without it the error is one that nobody caught. */
  readonly onCrash?: OnCrash | undefined;
}

export interface SqliteStore extends OperationStore {
  /** Deletes what is past its retention at `now`, and tells how many: the counterpart of Firestore's TTL. */
  purge(now: number): Promise<number>;
}

/** Of one transaction, so that other writes come between. */
const PURGE_AT_ONCE = 500;
const throwUncaught: OnCrash = (error) => {
  throw error;
};

/**
 * Operations in one SQLite file, which several processes may share. Writes are made by a thread of their own, which
 * commits together what waits; a write that has resolved is on the disk. Reads are made here, by a second connection: that
 * is less work than to ask a thread, and they wait for no writer. Versions start at the clock and count up, so that an id
 * that is used again never meets a version of its former life.
 * @param startWriter for tests that turn time: makes the writes elsewhere
 * @throws {StoreUnavailable} the file cannot be opened
 */
export function createSqliteStore(options: SqliteOptions, startWriter = createWriteThread): SqliteStore {
  const { path, now = Date.now, onCorrupt, lockTimeoutMs = 3000, onCrash = throwUncaught } = options;
  const { lookEveryMs = LOOK_EVERY_MS } = options;
  const { db, files } = guard(() => openForReads(path, lockTimeoutMs));
  const recent = createRecentRecords();
  const reader = createReader({ db, recent, onCorrupt });
  const check = createFileCheck(db, files);
  const thread = startWriter({ path, files, lockTimeoutMs }, onCrash);
  /** Where one page is not what SQLite wrote, no other is to be trusted, nor anything to be written between them. */
  let corrupt: StoreCorrupt | undefined;
  /** The last write met an outage. */
  let refused = false;
  let pinging: Promise<void> | undefined;

  async function writing(request: Request): Promise<Written> {
    if (corrupt !== undefined) throw corrupt;
    try {
      const written = await thread.ask(request);
      if (typeof written === 'object' || request.kind === 'ping') refused = false;
      return written;
    } catch (error) {
      refused = error instanceof StoreUnavailable;
      throw noted(error);
    }
  }

  async function reading<T>(read: () => T): Promise<T> {
    const readIfSound = () => {
      if (corrupt !== undefined) throw corrupt;
      check.lately();
      return read();
    };
    try {
      // Readers are locked out for moments only, as while a process takes over what an ended one has left.
      return await retryBusy(readIfSound, lockTimeoutMs);
    } catch (error) {
      throw noted(translated(error));
    }
  }

  function noted(error: unknown): unknown {
    if (error instanceof StoreCorrupt) corrupt = error;
    return error;
  }

  async function writingRecord(request: Extract<Request, { row: Row }>): Promise<Version | undefined> {
    const written = await writing(request);
    if (typeof written !== 'object') return undefined;
    watch.wrote(request.row.id);
    return versionOf(written);
  }

  const watch = createWatch({
    read: (id) => reading(() => reader.read(id, now())),
    version: (id) => reading(() => reader.version(id, now())),
    lookEveryMs,
  });
  const dueOptions = { reader, reading, writing, now, onCorrupt };

  async function ping(): Promise<void> {
    await reading(check.now);
    await writing({ kind: 'ping', trial: refused });
  }

  return {
    spreadsIds: false,
    create: async (record) => writingRecord({ kind: 'create', row: rowOf(record), now: now() }),
    read: (id) => reading(() => reader.read(id, now())),
    async update(record, version) {
      const row = rowOf(record);
      const known = parseVersion(version);
      return known && writingRecord({ kind: 'update', row, ...known });
    },
    async erase(id, version) {
      const known = parseVersion(version);
      const erased = known && (await writing({ kind: 'erase', id, version: known.version }));
      // Now that no read finds it any more.
      recent.forget(id);
      watch.wrote(id);
      return erased !== undefined;
    },
    watch: watch.watch,
    list: (query) => reading(() => reader.list(query, now())),
    due: (at, limit, after) => readDue(dueOptions, at, limit, after),
    async postpone(id, version, due_at) {
      const known = parseVersion(version);
      if (known === undefined) return false;
      return (await writing({ kind: 'postpone', id, version: known.version, due_at })) !== undefined;
    },
    countUnfinished: (tenant_id, upTo) => reading(() => reader.countUnfinished(tenant_id, upTo)),
    readLock: (name) => reading(() => reader.readLock(name)),
    takeLock: async (name, { operation_id, taken_at, expire_at }, version) => {
      const expected = version === undefined ? undefined : Number(version);
      const lock = { name, operation_id, taken_at, expire_at, version: expected };
      return (await writing({ kind: 'take-lock', ...lock })) !== undefined;
    },
    ping() {
      pinging ??= ping().finally(() => {
        pinging = undefined;
      });
      return pinging;
    },
    async close() {
      watch.close();
      await thread.close();
      if (db.isOpen) closeIfWhole(db, check);
    },
    async purge(at) {
      for (let deleted = 0; ; ) {
        const count = Number(await writing({ kind: 'purge', at, limit: PURGE_AT_ONCE }));
        // What was deleted may be among them.
        if (count > 0) recent.clear();
        deleted += count;
        if (count < PURGE_AT_ONCE) return deleted;
      }
    },
  };
}
