import type { Operation } from '../../record/record.ts';
import type { RowVersion } from './version.ts';

export interface Remembered extends RowVersion {
  /** Of its JSON in the database. */
  readonly bytes: number;
  readonly operation: Operation;
}

export interface RecentRecords {
  recall(id: string): Remembered | undefined;
  remember(operation: Operation, version: RowVersion, bytes: number): void;
  forget(id: string): void;
  clear(): void;
}

/** Of each of two generations. */
const MOST_RECORDS = 128;
const MOST_BYTES = 2_000_000;

/**
 * Records that this process read a moment ago, so that they need not be fetched and parsed again. It does not know what
 * was written since, so a record is used only where the database has just told that it has this version, in this length. No
 * version of an id is ever used again: the record of the version that the database has is the record that it has, and
 * nobody is shown an older state than anybody was shown before. What is written is not remembered: most of it nobody reads
 * so soon, and to keep a record costs the garbage collector more than to parse it.
 */
export function createRecentRecords(mostRecords = MOST_RECORDS, mostBytes = MOST_BYTES): RecentRecords {
  // A full generation takes the place of the one before it, which is forgotten as a whole.
  let young = new Map<string, Remembered>();
  let old = new Map<string, Remembered>();
  let youngBytes = 0;

  return {
    recall: (id) => young.get(id) ?? old.get(id),
    remember(operation, { version, rowid }, bytes) {
      if (young.size >= mostRecords || youngBytes >= mostBytes) {
        old = young;
        young = new Map();
        youngBytes = 0;
      }
      young.set(operation.id, { version, rowid, bytes, operation });
      youngBytes += bytes;
    },
    forget(id) {
      young.delete(id);
      old.delete(id);
    },
    clear() {
      young.clear();
      old.clear();
      youngBytes = 0;
    },
  };
}
