import type { DatabaseSync } from 'node:sqlite';
import { CORRUPT } from '../port.ts';
import { rowAt } from './own-row.ts';
import type { Row } from './row.ts';
import { LAYOUT_VERSION } from './schema.ts';
import type { RowVersion } from './version.ts';

/** What the store's thread is asked for. Times are milliseconds since the epoch. */
export type Request =
  | { readonly kind: 'create'; readonly row: Row; readonly now: number }
  | ({ readonly kind: 'update'; readonly row: Row } & RowVersion)
  | { readonly kind: 'erase'; readonly id: string; readonly version: number }
  | {
      readonly kind: 'take-lock';
      readonly name: string;
      readonly operation_id: string;
      readonly taken_at: number;
      readonly expire_at: number;
      readonly version: number | undefined;
    }
  | {
      readonly kind: 'postpone';
      readonly id: string;
      readonly version: number;
      readonly due_at: number;
    }
  /** Of a record that is corrupt. */
  | {
      readonly kind: 'set-aside';
      readonly id: string;
      readonly version: number;
      readonly due_at: number;
    }
  /** Deletes at most `limit` operations, and at most so many locks, whose end has come. */
  | { readonly kind: 'purge'; readonly at: number; readonly limit: number }
  /** Changes nothing: whether it could. `trial` writes what is there already. */
  | { readonly kind: 'ping'; readonly trial: boolean };

/** Of a record what it is now; of anything else how many there were. `undefined` if the condition of the write did not hold. */
export type Written = RowVersion | number | undefined;

/** Nothing if the id or the row is taken. Without a row SQLite takes one after all others. */
const INSERT = `
  INSERT INTO operations
    (row, id, version, tenant_id, endpoint, status, created_at, due_at, expire_at, summary, document)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`;

/** A record past its retention exists for nobody, so it gives way. */
const REPLACE_EXPIRED = `
  UPDATE operations SET version = max(version + 1, ?),
    tenant_id = ?, endpoint = ?, status = ?, created_at = ?, due_at = ?, expire_at = ?, summary = ?, document = ?
  WHERE id = ? AND expire_at <= ? RETURNING version, row AS rowid`;

/**
 * Sets what changes in an operation's life, and leaves the indexes of the rest alone. The row is the one that had the id
 * when it was read, or none.
 */
export const UPDATE = `
  UPDATE operations SET version = ?, status = ?, due_at = ?, summary = ?, document = ?
  WHERE row = ? AND id = ? AND version = ?
    AND tenant_id = ? AND endpoint = ? AND created_at = ? AND expire_at = ?`;

const UPDATE_ALL = `
  UPDATE operations SET version = ?, status = ?, due_at = ?, summary = ?, document = ?,
    tenant_id = ?, endpoint = ?, created_at = ?, expire_at = ?
  WHERE id = ? AND version = ? RETURNING row AS rowid`;

const ERASE = 'DELETE FROM operations WHERE id = ? AND version = ?';

const POSTPONE = `
  UPDATE operations SET version = version + 1, due_at = ?
  WHERE id = ? AND version = ? AND due_at IS NOT NULL`;

const SET_ASIDE = `
  UPDATE operations SET version = version + 1, due_at = ?, status = '${CORRUPT}' WHERE id = ? AND version = ?`;

const CREATE_LOCK = 'INSERT INTO slots VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING';

/** Versions start at the clock, so that a lock made again after its deletion meets none of its former ones. */
const UPDATE_LOCK = `
  UPDATE slots SET version = max(version + 1, ?), operation_id = ?, taken_at = ?, expire_at = ?
  WHERE name = ? AND version = ?`;

export const PURGE = `
  DELETE FROM operations WHERE row IN (SELECT row FROM operations WHERE expire_at <= ? LIMIT ?)`;

const PURGE_LOCKS = 'DELETE FROM slots WHERE name IN (SELECT name FROM slots WHERE expire_at <= ? LIMIT ?)';

/** So that versions of one id never meet, also of one that is made again within the millisecond of its end. */
const VERSIONS_A_MS = 1000;

/** Carries out one request. Each is one statement that changes something, so it is made or not made. */
export function prepareWrites(db: DatabaseSync): (request: Request) => Written {
  const insert = db.prepare(INSERT);
  const replaceExpired = db.prepare(REPLACE_EXPIRED);
  const update = db.prepare(UPDATE);
  const updateAll = db.prepare(UPDATE_ALL);
  const erase = db.prepare(ERASE);
  const createLock = db.prepare(CREATE_LOCK);
  const updateLock = db.prepare(UPDATE_LOCK);
  const postpone = db.prepare(POSTPONE);
  const setAside = db.prepare(SET_ASIDE);
  const purge = db.prepare(PURGE);
  const purgeLocks = db.prepare(PURGE_LOCKS);
  const touch = db.prepare(`PRAGMA user_version = ${LAYOUT_VERSION}`);

  function create({ row, now }: Extract<Request, { kind: 'create' }>): Written {
    const { id, tenant_id, endpoint, status, created_at, due_at, expire_at, summary, document } = row;
    const version = now * VERSIONS_A_MS;
    const rest = [tenant_id, endpoint, status, created_at, due_at, expire_at, summary, document] as const;
    for (const at of [rowAt(created_at, id) ?? null, null]) {
      const { changes, lastInsertRowid } = insert.run(at, id, version, ...rest);
      if (changes === 1) return { version, rowid: Number(lastInsertRowid) };
    }
    const replaced = replaceExpired.get(version, ...rest, id, now);
    return replaced && { version: Number(replaced['version']), rowid: Number(replaced['rowid']) };
  }

  function replace({ row, version, rowid }: Extract<Request, { kind: 'update' }>): Written {
    const { id, tenant_id, endpoint, status, created_at, due_at, expire_at, summary, document } = row;
    const next = version + 1;
    const changing = [next, status, due_at, summary, document] as const;
    const fixed = [tenant_id, endpoint, created_at, expire_at] as const;
    if (update.run(...changing, rowid, id, version, ...fixed).changes === 1) return { version: next, rowid };
    const updated = updateAll.get(...changing, ...fixed, id, version);
    return updated && { version: next, rowid: Number(updated['rowid']) };
  }

  function takeLock(lock: Extract<Request, { kind: 'take-lock' }>): Written {
    const { name, operation_id, taken_at, expire_at, version } = lock;
    return madeOne(
      version === undefined
        ? createLock.run(name, taken_at, operation_id, taken_at, expire_at)
        : updateLock.run(taken_at, operation_id, taken_at, expire_at, name, version),
    );
  }

  return (request) => {
    switch (request.kind) {
      case 'create':
        return create(request);
      case 'update':
        return replace(request);
      case 'erase':
        return madeOne(erase.run(request.id, request.version));
      case 'take-lock':
        return takeLock(request);
      case 'postpone':
        return madeOne(postpone.run(request.due_at, request.id, request.version));
      case 'set-aside':
        return madeOne(setAside.run(request.due_at, request.id, request.version));
      case 'purge':
        purgeLocks.run(request.at, request.limit);
        return Number(purge.run(request.at, request.limit).changes);
      case 'ping':
        return request.trial ? Number(touch.run().changes) : 0;
    }
  };
}

const madeOne = ({ changes }: { changes: number | bigint }): Written => (changes === 1 ? 1 : undefined);
