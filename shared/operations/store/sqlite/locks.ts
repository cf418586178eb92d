import type { DatabaseSync } from 'node:sqlite';
import type { SlotStore } from '../port.ts';

export const SLOT_LAYOUT = `
  CREATE TABLE IF NOT EXISTS slots (
    name TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    operation_id TEXT NOT NULL,
    taken_at INTEGER NOT NULL,
    expire_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

const STATEMENTS = {
  read: 'SELECT version, operation_id, taken_at, expire_at FROM slots WHERE name = :name',
  create: `
    INSERT INTO slots VALUES (:name, :taken_at, :operation_id, :taken_at, :expire_at) ON CONFLICT DO NOTHING`,
  /** Versions start at the clock, so that a slot made again after its deletion meets none of its former ones. */
  update: `
    UPDATE slots SET version = max(version + 1, :taken_at), operation_id = :operation_id, taken_at = :taken_at,
      expire_at = :expire_at
    WHERE name = :name AND version = :version`,
  purge: 'DELETE FROM slots WHERE expire_at <= :at',
};

export interface SqliteSlots extends SlotStore {
  /** Deletes those whose end has come. */
  purgeSlots(at: number): void;
}

/** Slots in the file of the operations. `guard` tells outages from mistakes. */
export function sqliteSlots(db: DatabaseSync, guard: <T>(run: () => T) => T): SqliteSlots {
  const sql = guard(() => ({
    read: db.prepare(STATEMENTS.read),
    create: db.prepare(STATEMENTS.create),
    update: db.prepare(STATEMENTS.update),
    purge: db.prepare(STATEMENTS.purge),
  }));
  return {
    async readSlot(name) {
      const row = guard(() => sql.read.get({ name }));
      return (
        row && {
          version: String(row['version']),
          operation_id: String(row['operation_id']),
          taken_at: Number(row['taken_at']),
          expire_at: Number(row['expire_at']),
        }
      );
    },
    async takeSlot(name, { operation_id, taken_at, expire_at }, version) {
      const values = { name, operation_id, taken_at, expire_at };
      const written = guard(() =>
        version === undefined
          ? sql.create.run(values)
          : sql.update.run({ ...values, version: Number(version) }),
      );
      return Number(written.changes) === 1;
    },
    purgeSlots: (at) => void guard(() => sql.purge.run({ at })),
  };
}
