import type { Operation, Status } from '../record/record.ts';
import type { Summary } from '../record/summary.ts';

/**
 * A store returns the version with a record and wants it back with the next write. It changes with every write, and is
 * opaque: Firestore's `updateTime`, a counter in SQLite.
 */
export type Version = string;

export interface Stored<O extends Operation = Operation> {
  readonly operation: O;
  readonly version: Version;
}

/** Is told the state of a record; `undefined` where there is none. */
export type Tell = (stored: Stored | undefined) => void;

export interface ListQuery {
  readonly tenant_id: string;
  readonly status?: Status | undefined;
  readonly endpoint?: string | undefined;
  /** 1 to 100. */
  readonly page_size: number;
  /** Only operations after this one in the order of the list. */
  readonly after?: { readonly created_at: number; readonly id: string } | undefined;
}

export interface DuePosition {
  readonly due_at: number;
  readonly id: string;
}

/** Which operation holds a lock. */
export interface Lock {
  readonly operation_id: string;
  /** Milliseconds since the epoch. */
  readonly taken_at: number;
  /** After this nobody asks for the lock, and the store may delete it. */
  readonly expire_at: number;
}

/**
 * Locks by name, each for one operation at a time. A lock is never released: whoever wants it looks whether the operation
 * that holds it has finished, so that no crash can leave it taken. Rejects as an `OperationStore` does.
 */
export interface LockStore {
  /** A name is any well-formed text. */
  readLock(name: string): Promise<(Lock & { readonly version: Version }) | undefined>;
  /**
   * Writes the lock if its version still is `version` (`undefined` if nobody took it yet). Resolves to whether it did.
   * `operation_id` must be the taker's own: it identifies a write whose answer was lost.
   */
  takeLock(name: string, lock: Lock, version: Version | undefined): Promise<boolean>;
}

/**
 * Stores operations. A store holds no rules: `transitions.ts` decides which write is allowed, and compare-and-set on the
 * version makes sure that nobody wrote in between. Every method rejects with `StoreUnavailable` if the store cannot be
 * reached; a write may have happened or not then.
 */
export interface OperationStore extends LockStore {
  /** Whether new ids should rise in many places at once. Without this they should. */
  readonly spreadsIds?: boolean;
  /**
   * Stores a new record. Resolves to `undefined`, and writes nothing, if the id exists.
   * @throws {RecordTooLarge}
   */
  create(operation: Operation): Promise<Version | undefined>;
  /** @throws {RecordCorrupt} the record under the id is not an operation */
  read(id: string): Promise<Stored | undefined>;
  /**
   * Replaces the record if its version is still `version`. Resolves to `undefined`, and writes nothing, if it moved
   * or the record is gone.
   * @throws {RecordTooLarge}
   */
  update(operation: Operation, version: Version): Promise<Version | undefined>;
  /**
   * Deletes the record if its version is still `version`. Nothing of it is left, and `create` may take its id. Resolves to
   * `false` if the version moved or the record is gone.
   */
  erase(id: string, version: Version): Promise<boolean>;
  /**
   * Tells the state of a record soon, and again after each change, until the returned function is called. Of states that
   * follow each other at once only the last is certain to be told. A state may be told twice, and one that was told before a
   * `read` of a newer one may come after it. While the store cannot be reached, nothing is told.
   */
  watch(id: string, tell: Tell): () => void;
  /**
   * Reads one page of a tenant's operations, newest first (`created_at`, then `id`, both descending). It reads only
   * summaries, so the size of the records does not matter. Corrupt ones are left out.
   */
  list(query: ListQuery): Promise<{ readonly operations: readonly Summary[]; readonly more: boolean }>;
  /**
   * Unfinished operations whose `due_at` is not after `now`, earliest first (`due_at`, then `id`), at most `limit`, and
   * only those after `after` in this order. A corrupt record is left out and set aside: it is neither counted nor listed
   * until it can be read, and this method looks at it again after `SET_ASIDE_MS`. The record itself is not changed.
   */
  due(now: number, limit: number, after?: DuePosition): Promise<readonly Stored[]>;
  /**
   * Makes an operation due at `due_at` without writing its record, for a record that cannot be written. Resolves to `false`
   * if the version moved. The next write of the record sets the record's own time again.
   */
  postpone(id: string, version: Version, due_at: number): Promise<boolean>;
  /** Counts a tenant's unfinished operations, up to `upTo`. */
  countUnfinished(tenant_id: string, upTo: number): Promise<number>;
  /** Resolves when the store answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** What a store is not told of, such as writes of other processes, it looks for so often while somebody watches a record. */
export const LOOK_EVERY_MS = 1000;

/** The `status` that queries see of a record that was due and did not parse. */
export const CORRUPT = 'corrupt';

/** A corrupt record that was due is left alone for so long before `due` reads it again. */
export const SET_ASIDE_MS = 24 * 3_600_000;

/** The most bytes of JSON in a record as it is stored, on every store. Firestore takes 1 MiB for a document. */
export const MAX_RECORD_BYTES = 1_000_000;

/** The store could not be reached or is overloaded. The same call may succeed later. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** The record has more than `MAX_RECORD_BYTES`. No later call with it can succeed. */
export class RecordTooLarge extends Error {
  override readonly name = 'RecordTooLarge';
}

/** What is stored under the id does not parse as an operation. `message` names the faults, not the content. */
export class RecordCorrupt extends Error {
  override readonly name = 'RecordCorrupt';
}
