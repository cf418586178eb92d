import { randomUUID } from 'node:crypto';
import { openExisting } from './open.ts';
import { UNFINISHED } from './schema.ts';

/** Every table and index from both ends, and one record from anywhere. */
const PROBES = [
  'SELECT summary, document FROM operations ORDER BY row LIMIT 1',
  'SELECT summary, document FROM operations ORDER BY row DESC LIMIT 1',
  'SELECT id FROM operations WHERE due_at IS NOT NULL ORDER BY due_at, id LIMIT 1',
  `SELECT id FROM operations INDEXED BY unfinished WHERE ${UNFINISHED} LIMIT 1`,
  'SELECT id FROM operations INDEXED BY finished_by_tenant WHERE due_at IS NULL ORDER BY tenant_id LIMIT 1',
  'SELECT id FROM operations INDEXED BY finished_by_tenant WHERE due_at IS NULL ORDER BY tenant_id DESC LIMIT 1',
  'SELECT id FROM operations INDEXED BY finished_by_kind WHERE due_at IS NULL LIMIT 1',
  'SELECT id FROM operations ORDER BY expire_at LIMIT 1',
  'SELECT name FROM slots LIMIT 1',
];
const FROM_ANYWHERE = 'SELECT summary, document FROM operations WHERE id >= ? ORDER BY id LIMIT 1';

/**
 * Reads from the file, by a connection that has nothing of it in memory yet.
 * @throws if SQLite cannot read what it reads
 */
export function probe(path: string, lockTimeoutMs: number): void {
  const db = openExisting(path, lockTimeoutMs);
  try {
    for (const sql of PROBES) db.prepare(sql).get();
    db.prepare(FROM_ANYWHERE).get(randomUUID());
  } finally {
    db.close();
  }
}
