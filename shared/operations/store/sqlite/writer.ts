import { statSync } from 'node:fs';
import { failureOf, isFailure, prepareCommit, type Reply } from './commit.ts';
import { createFileCheck, type Files } from './files.ts';
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

/** The connection is made when it is first needed, and again if that failed. */
export function createWriter({ path, files, lockTimeoutMs }: WriterOptions): Writer {
  let opened: ReturnType<typeof open> | undefined;
  /** When the database was written to by the last checkpoint that is known. */
  let writtenAt: bigint;
  const timeOfWrite = () => statSync(path, { bigint: true }).mtimeNs;
  function open() {
    const db = openForWrites(path, lockTimeoutMs);
    writtenAt = timeOfWrite();
    return {
      db,
      commit: prepareCommit(db, lockTimeoutMs),
      check: createFileCheck(db, files),
      progress: db.prepare('PRAGMA wal_checkpoint(NOOP)'),
      passive: db.prepare('PRAGMA wal_checkpoint(PASSIVE)'),
    };
  }

  /** A checkpoint of another process, or somebody who is not SQLite: the pages in memory would not tell. */
  function look(): void {
    const at = timeOfWrite();
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

  return {
    carryOut(requests) {
      try {
        opened ??= open();
        const { commit, check } = opened;
        // Before: a log that was cut has its length again after the next write, with a hole in it.
        check.now();
        look();
        const replies = commit(requests);
        // And after: what went into a file that is gone meanwhile is not written.
        check.now();
        return replies.map((reply, n) =>
          requests[n]?.kind === 'ping' && !isFailure(reply) ? replyToPing() : reply,
        );
      } catch (error) {
        const failure = failureOf(error);
        return requests.map(() => failure);
      }
    },
    checkpoint(pages) {
      if (opened === undefined) return;
      try {
        const { log, checkpointed } = opened.progress.get() as { log: number; checkpointed: number };
        if (log - checkpointed < pages) return;
        opened.check.now();
        look();
        opened.passive.get();
        writtenAt = timeOfWrite();
      } catch (error) {
        // The log keeps what it has, and the next call tries again.
        if (failureOf(error).failed === 'fault') throw error;
      }
    },
    close() {
      opened?.db.close();
      opened = undefined;
    },
  };
}
