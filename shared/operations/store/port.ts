import type { Operation, Status } from '../record/record.ts';
import type { Summary } from '../record/summary.ts';

/**
 * What a store hands out with a record and wants back with its next write. Opaque: Firestore's `updateTime`,
 * a counter in SQLite. It changes with every write of the record.
 */
export type Version = string;

export interface Stored<O extends Operation = Operation> {
  readonly operation: O;
  readonly version: Version;
}

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

/** Which operation has a place that only one may have. */
export interface Slot {
  readonly operation_id: string;
  /** Milliseconds since the epoch. */
  readonly taken_at: number;
  /** From here on nobody asks for it any more, and the store may delete it. */
  readonly expire_at: number;
}

/**
 * Places for one operation at a time, by name. A slot is never given back: whoever wants it looks whether the operation
 * it names still runs, so that no crash can leave one taken. Rejects as an `OperationStore` does.
 */
export interface SlotStore {
  /** A name is any well-formed text. */
  readSlot(name: string): Promise<(Slot & { readonly version: Version }) | undefined>;
  /**
   * Writes the slot if its version still is `version`, `undefined` for one that nobody took yet. Resolves to whether it
   * did. `operation_id` has to be the taker's own: by it a write whose answer was lost is recognised.
   */
  takeSlot(name: string, slot: Slot, version: Version | undefined): Promise<boolean>;
}

/**
 * Where operations live. Holds no rules: which write is allowed is decided by `transitions.ts`, that nobody came
 * between by compare-and-set on the version. Every method rejects with `StoreUnavailable` when the store cannot be
 * reached, and then the write may or may not have happened.
 */
export interface OperationStore extends SlotStore {
  /**
   * Stores a new record. Resolves to `undefined`, and writes nothing, if the id exists.
   * @throws {RecordTooLarge}
   */
  create(operation: Operation): Promise<Version | undefined>;
  /** @throws {RecordCorrupt} what lies under the id is not an operation */
  read(id: string): Promise<Stored | undefined>;
  /**
   * Replaces the record if its version is still `version`. Resolves to `undefined`, and writes nothing, if it moved
   * or the record is gone.
   * @throws {RecordTooLarge}
   */
  update(operation: Operation, version: Version): Promise<Version | undefined>;
  /**
   * One page of a tenant's operations, newest first (`created_at`, then `id`, both descending). Reads summaries only,
   * whatever the size of the records. Corrupt ones are left out.
   */
  list(query: ListQuery): Promise<{ readonly operations: readonly Summary[]; readonly more: boolean }>;
  /**
   * Unfinished operations whose `due_at` is not after `now`, earliest first (`due_at`, then `id`), at most `limit`, and
   * only those after `after` in this order. Corrupt ones are left out and set aside: until they can be read they are
   * neither counted nor listed, and this looks at them once in `SET_ASIDE_MS`. The record itself is left as it is.
   */
  due(now: number, limit: number, after?: DuePosition): Promise<readonly Stored[]>;
  /**
   * Makes an operation due at `due_at` without writing its record, for one that cannot be written. Resolves to whether it
   * did: not if its version moved. A record's next write makes it due as the record says.
   */
  postpone(id: string, version: Version, due_at: number): Promise<boolean>;
  /** How many unfinished operations a tenant has, counted no further than `upTo`. */
  countUnfinished(tenant_id: string, upTo: number): Promise<number>;
  /** Resolves when the store answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** How long a corrupt record that was due is left alone before `due` looks whether it was mended. */
export const SET_ASIDE_MS = 24 * 3_600_000;

/** Bytes of JSON a record may take, on every store, so that one that works here works on Firestore (1 MiB). */
export const MAX_RECORD_BYTES = 1_000_000;

/** The store could not be reached or is overloaded: the same call may succeed later. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** The record is past `MAX_RECORD_BYTES`: no later call with it can succeed. */
export class RecordTooLarge extends Error {
  override readonly name = 'RecordTooLarge';
}

/** What is stored under the id does not parse as an operation. `message` names the faults, not the content. */
export class RecordCorrupt extends Error {
  override readonly name = 'RecordCorrupt';
}
