import { failureOf, isFailure, prepareCommit, type Reply } from './commit.ts';
import { closeIfWhole, createFileCheck, type FileCheck, type Files } from './files.ts';
import { openForWrites } from './open.ts';
import { probe } from './probe.ts';
import type { Request } from './writes.ts';

export interface WriterOptions {
  readonly path: string;
  /** Those that the store was opened with. */
  readonly files: Files;
  /** How long a transaction waits for another process's, which takes milliseconds. */
  readonly lockTimeoutMs: number;
}

/** All writes of a store, on a connection of their own. */
export interface Writer {
  /** A reply for each request, in their order, after all of them are on the disk. */
  carryOut(requests: readonly Request[]): Reply[];
  /** Brings the log into the database if so many of its pages are not there yet. A write that follows starts it anew. */
  checkpoint(pages: number): void;
  close(): void;
}

/** A reader of another process holds the log for milliseconds. The next checkpoint tries again. */
const TRUNCATE_PATIENCE_MS = 100;

/** The connection is made when it is first needed, and again if that failed. */
export function createWriter({ path, files, lockTimeoutMs }: WriterOptions): Writer {
  let opened: ReturnType<typeof open> | undefined;
  /** When the database was written to by the last checkpoint that is known. */
  let writtenAt: bigint;
  function open() {
    const db = openForWrites(path, lockTimeoutMs);
    const check = createFileCheck(db, files);
    writtenAt = check.writtenAt;
    return {
      db,
      commit: prepareCommit(db, lockTimeoutMs),
      check,
      progress: db.prepare('PRAGMA wal_checkpoint(NOOP)'),
      passive: db.prepare('PRAGMA wal_checkpoint(PASSIVE)'),
      truncate: db.prepare('PRAGMA wal_checkpoint(TRUNCATE)'),
    };
  }
  /** The log still holds what was erased from the database. */
  let erasedInLog = false;

  /** Carries the log into the database, and cuts it if it holds what was erased. Readers are waited for only a moment. */
  function copyLog({ db, check, passive, truncate }: ReturnType<typeof open>): void {
    check.now();
    probeIfWritten(check);
    if (erasedInLog) {
      db.exec(`PRAGMA busy_timeout = ${TRUNCATE_PATIENCE_MS}`);
      try {
        erasedInLog = truncate.get()?.['busy'] !== 0;
      } finally {
        db.exec(`PRAGMA busy_timeout = ${lockTimeoutMs}`);
      }
    } else passive.get();
    check.now();
    writtenAt = check.writtenAt;
  }

  /** A checkpoint of another process, or somebody who is not SQLite: the pages in memory would not tell. */
  function probeIfWritten({ writtenAt: at }: FileCheck): void {
    if (at === writtenAt) return;
    probe(path, lockTimeoutMs);
    writtenAt = at;
  }

  const replyToPing = (): Reply => {
    try {
      probe(path, lockTimeoutMs);
      return 0;
    } catch (error) {
      return failureOf(error);
    }
  };

  function checkpoint(pages: number): void {
    if (opened === undefined) return;
    try {
      const { check, progress } = opened;
      check.lately();
      const { log, checkpointed } = progress.get() as { log: number; checkpointed: number };
      if (log - checkpointed < pages && !erasedInLog) return;
      copyLog(opened);
    } catch (error) {
      // The log keeps what it has, and the next call tries again.
      if (failureOf(error).failed === 'fault') throw error;
    }
  }

  return {
    carryOut(requests) {
      try {
        opened ??= open();
        const { commit, check } = opened;
        check.lately();
        check.beforeWrite();
        const replies = commit(requests);
        // What went into a file that is gone meanwhile is not written.
        check.now();
        probeIfWritten(check);
        if (requests.some(({ kind }, n) => kind === 'erase' && replies[n] === 1)) {
          erasedInLog = true;
          checkpoint(0);
        }
        return replies.map((reply, n) =>
          requests[n]?.kind === 'ping' && !isFailure(reply) ? replyToPing() : reply,
        );
      } catch (error) {
        const failure = failureOf(error);
        return requests.map(() => failure);
      }
    },
    checkpoint,
    close() {
      if (opened !== undefined) closeIfWhole(opened.db, opened.check);
      opened = undefined;
    },
  };
}
