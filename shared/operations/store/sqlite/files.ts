import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { StoreUnavailable } from '../port.ts';
import { isCorruption } from './outages.ts';

interface KnownFile {
  readonly path: string;
  readonly dev: bigint;
  readonly ino: bigint;
}

/** The files of a database in WAL mode, as they were when it was opened. */
export interface Files {
  readonly database: KnownFile;
  readonly log: KnownFile;
  readonly sharedMemory: KnownFile;
}

/** sqlite.org/walformat.html */
const LOG_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const LEAST_SHARED_MEMORY_BYTES = 32_768;

/** @throws one of the files is not there */
export function identify(path: string): Files {
  const known = (name: string): KnownFile => {
    const { dev, ino } = statSync(name, { bigint: true });
    return { path: name, dev, ino };
  };
  return { database: known(path), log: known(`${path}-wal`), sharedMemory: known(`${path}-shm`) };
}

export interface FileCheck {
  /** @throws {StoreUnavailable} the files are no longer what they were, or hold less than was written */
  now(): void;
  /** As `now`, unless that was asked a moment ago and all was well. */
  lately(): void;
  /** The part of `now` that a write would hide: a log that was cut has its length again, with a hole in it. */
  beforeWrite(): void;
  /** When the database was written to, in nanoseconds, as of the last `now`. */
  readonly writtenAt: bigint;
}

const LATELY_MS = 100;

/**
 * Looks for what has been done to the files behind SQLite's back: a connection goes on with a file that was deleted,
 * replaced or cut, and what is written then is gone with it. Takes some microseconds.
 *
 * The look is at names and sizes only. To open and close one of these files would end the locks that the process has on
 * it (sqlite.org/howtocorrupt.html, section 2.2).
 */
export function createFileCheck(db: DatabaseSync, { database, log, sharedMemory }: Files): FileCheck {
  const noCheckpoint = db.prepare('PRAGMA wal_checkpoint(NOOP)');
  const pageCount = db.prepare('PRAGMA page_count');
  const pageBytes = Number(db.prepare('PRAGMA page_size').get()?.['page_size']);
  let { size: largest, mtimeNs: writtenAt } = look(database);
  let wellAt = Number.NEGATIVE_INFINITY;

  const bytesOfAllPages = (): number => {
    try {
      return Number(pageCount.get()?.['page_count']) * pageBytes;
    } catch (error) {
      if (isCorruption(error)) return Number.POSITIVE_INFINITY;
      throw error;
    }
  };

  const progress = () => noCheckpoint.get() as { log: number; checkpointed: number };
  const isLogCut = (frames: number): boolean =>
    look(log).size < LOG_HEADER_BYTES + frames * (FRAME_HEADER_BYTES + pageBytes) && frames > 0;

  const findCut = (): KnownFile | undefined => {
    // First: both files may grow meanwhile.
    const { log: frames, checkpointed } = progress();
    const { size, mtimeNs } = look(database);
    if (isLogCut(frames)) return log;
    // Between checkpoints some pages are in the log only, and the database has what it had.
    if ((frames === checkpointed || size < largest) && size < bytesOfAllPages()) return database;
    largest = size;
    writtenAt = mtimeNs;
    return undefined;
  };

  const now = () => {
    // Before any statement: SQLite has it mapped, and a look beyond its end would end the process.
    if (look(sharedMemory).size < LEAST_SHARED_MEMORY_BYTES) throw cut(sharedMemory);
    // Another process may have emptied the log or added pages in between: then the second look finds nothing.
    const found = findCut() && findCut();
    if (found !== undefined) throw cut(found);
    wellAt = performance.now();
  };

  return {
    now,
    lately: () => {
      if (performance.now() - wellAt > LATELY_MS) now();
    },
    beforeWrite: () => {
      if (isLogCut(progress().log) && isLogCut(progress().log)) throw cut(log);
    },
    get writtenAt() {
      return writtenAt;
    },
  };
}

function look({ path, dev, ino }: KnownFile): { size: number; mtimeNs: bigint } {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (found === undefined) throw new StoreUnavailable(`${path} is gone`);
  if (found.dev !== dev || found.ino !== ino) throw new StoreUnavailable(`${path} is another file`);
  return { size: Number(found.size), mtimeNs: found.mtimeNs };
}

const cut = ({ path }: KnownFile) => new StoreUnavailable(`${path} was cut`);

/** SQLite looks into its files when it closes them. What has become of them is then left to the end of the process. */
export function closeIfWhole(db: DatabaseSync, check: FileCheck): void {
  try {
    check.now();
  } catch {
    return;
  }
  db.close();
}
