import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { createSecondTime } from '../../../second-time.ts';
import type { Summary } from '../../record/summary.ts';

import type { DuePosition, ListQuery, Lock, Stored, Version } from '../port.ts';
import { dueAt, type OnCorrupt, skipCorrupt } from '../serialise.ts';
import { ENDPOINTS_OF_STATUS, listStatement } from './lists.ts';
import { likelyRow } from './own-row.ts';
import { MOST_IN_TURN, type RecentRecords } from './recent-records.ts';
import { recordIn, summaryIn } from './row.ts';
import { UNFINISHED } from './schema.ts';
import { type RowVersion, versionOf } from './version.ts';

const RECORD = `
  SELECT row AS rowid, version, octet_length(summary) + octet_length(document) AS bytes, summary, document
  FROM operations`;

export const READS = {
  glance: `
    SELECT version, octet_length(summary) + octet_length(document) AS bytes
    FROM operations WHERE row = ? AND id = ? AND expire_at > ?`,
  readRow: `${RECORD} WHERE row = ? AND id = ? AND expire_at > ?`,
  read: `${RECORD} WHERE id = ? AND expire_at > ?`,
  version: 'SELECT row AS rowid, version FROM operations WHERE id = ? AND expire_at > ?',
  due: `
    SELECT due_at, id FROM operations WHERE due_at <= ? AND (due_at, id) > (?, ?)
    ORDER BY due_at, id LIMIT ?`,
  readDue: `
    SELECT row AS rowid, id, version, due_at, status, summary, document
    FROM operations WHERE id = ? AND due_at <= ?`,
  countUnfinished: `
    SELECT count(*) AS found FROM
      (SELECT 1 FROM operations WHERE tenant_id = ? AND ${UNFINISHED} LIMIT ?)`,
  readLock: 'SELECT version, operation_id, taken_at, expire_at FROM slots WHERE name = ?',
};

export interface ReaderOptions {
  readonly db: DatabaseSync;
  readonly recent: RecentRecords;
  readonly onCorrupt: OnCorrupt | undefined;
}

/** Reads of a store, each within one turn of the event loop. Times are milliseconds since the epoch. */
export interface Reader {
  /** @throws {RecordCorrupt} */
  read(id: string, now: number): Stored | undefined;
  version(id: string, now: number): Version | undefined;
  list(query: ListQuery, now: number): { readonly operations: readonly Summary[]; readonly more: boolean };
  /** The first after `after` of what is due. */
  due(at: number, limit: number, after: DuePosition): readonly DuePosition[];
  /** One of them, unless that has changed since; to `skipped` if it does not parse. */
  readDue(id: string, at: number, skipped: (row: DueRow, faults: string) => void): Stored | undefined;
  countUnfinished(tenant_id: string, upTo: number): number;
  readLock(name: string): (Lock & { readonly version: Version }) | undefined;
}

export interface DueRow extends RowVersion {
  readonly id: string;
  readonly due_at: number;
  readonly status: string;
}

const NEWEST = { created_at: Number.MAX_SAFE_INTEGER, id: '' };

export function createReader({ db, recent, onCorrupt }: ReaderOptions): Reader {
  const glance = db.prepare(READS.glance);
  const readRow = db.prepare(READS.readRow);
  const read = db.prepare(READS.read);
  const version = db.prepare(READS.version);
  const due = db.prepare(READS.due);
  const readDue = db.prepare(READS.readDue);
  const countUnfinished = db.prepare(READS.countUnfinished);
  const readLock = db.prepare(READS.readLock);
  const endpointsOfStatus = db.prepare(ENDPOINTS_OF_STATUS);
  const lists = new Map<string, StatementSync>();
  const isSecondRead = createSecondTime(MOST_IN_TURN);

  function find(id: string, now: number) {
    const row = likelyRow(id);
    return (row !== undefined && readRow.get(row, id, now)) || read.get(id, now);
  }

  function rowsOf(query: ListQuery, now: number) {
    const { tenant_id, after = NEWEST } = query;
    const endpointsOf = (status: string) =>
      endpointsOfStatus.all(tenant_id, status).map(({ endpoint }) => String(endpoint));
    const { sql, endpoints } = listStatement(query, endpointsOf);
    const prepared = lists.get(sql) ?? db.prepare(sql);
    lists.set(sql, prepared);
    return prepared.iterate(tenant_id, after.created_at, after.id, now, ...endpoints);
  }

  return {
    read(id, now) {
      const remembered = recent.recall(id);
      if (remembered !== undefined) {
        const { version, rowid, bytes, stored } = remembered;
        const found = glance.get(rowid, id, now);
        if (found?.['version'] === version && found['bytes'] === bytes) return stored;
      }
      const row = find(id, now);
      if (row === undefined) {
        recent.forget(id);
        return undefined;
      }
      const operation = recordIn(id, row['summary'], row['document']);
      const version = { version: Number(row['version']), rowid: Number(row['rowid']) };
      const stored = { operation, version: versionOf(version) };
      if (isSecondRead(version.rowid))
        recent.remember(id, { ...version, bytes: Number(row['bytes']), stored });
      // What is in memory of it is an earlier state.
      else recent.forget(id);
      return stored;
    },
    version(id, now) {
      const row = version.get(id, now);
      return row && versionOf({ version: Number(row['version']), rowid: Number(row['rowid']) });
    },
    list(query, now) {
      const { page_size } = query;
      const found: Summary[] = [];
      // One by one, so that corrupt ones take no place in the answer.
      for (const row of rowsOf(query, now)) {
        const tell = (faults: string) => onCorrupt?.(String(row['id']), faults);
        const one = skipCorrupt(() => summaryIn(row), tell);
        if (one !== undefined && found.push(one) > page_size) break;
      }
      return { operations: found.slice(0, page_size), more: found.length > page_size };
    },
    due: (at, limit, after) =>
      due
        .all(at, after.due_at, after.id, limit)
        .map((row) => ({ due_at: Number(row['due_at']), id: String(row['id']) })),
    readDue(id, at, skipped) {
      const found = readDue.get(id, at);
      if (found === undefined) return undefined;
      const row = found as unknown as DueRow;
      return skipCorrupt(
        () => {
          const operation = recordIn(id, found['summary'], found['document']);
          return dueAt({ operation, version: versionOf(row) }, row.due_at);
        },
        (faults) => skipped(row, faults),
      );
    },
    countUnfinished: (tenant_id, upTo) => Number(countUnfinished.get(tenant_id, upTo)?.['found']),
    readLock(name) {
      const row = readLock.get(name);
      return (
        row && {
          version: String(row['version']),
          operation_id: String(row['operation_id']),
          taken_at: Number(row['taken_at']),
          expire_at: Number(row['expire_at']),
        }
      );
    },
  };
}
