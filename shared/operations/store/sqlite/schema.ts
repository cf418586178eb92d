import { CORRUPT } from '../serialise.ts';

/**
 * WAL: readers never wait for the writer. FULL: the log is synced at each commit; NORMAL would survive the death of the
 * process but not of the machine, and an accepted operation has to survive both (sqlite.org/pragma.html).
 */
export const PRAGMAS = 'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;';

export const LAYOUT_VERSION = 2;

/**
 * `by_tenant` carries the filtered columns, so that a filtered page touches no row that it does not return. `summary`
 * stands before `document`: SQLite comes to a column through all pages of those before it.
 */
export const LAYOUT = `
  CREATE TABLE IF NOT EXISTS operations (
    id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    tenant_id TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    due_at INTEGER,
    expire_at INTEGER NOT NULL,
    summary TEXT NOT NULL,
    document TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS by_tenant
    ON operations (tenant_id, created_at DESC, id DESC, status, endpoint, expire_at);
  CREATE INDEX IF NOT EXISTS by_due ON operations (due_at, id) WHERE due_at IS NOT NULL;
  CREATE INDEX IF NOT EXISTS unfinished_by_tenant ON operations (tenant_id) WHERE due_at IS NOT NULL;
  CREATE INDEX IF NOT EXISTS by_expiry ON operations (expire_at);
  PRAGMA user_version = ${LAYOUT_VERSION};
`;

/** In version 1 there was no `summary`: the record without its bulk is one. What is no JSON stays as corrupt as it was. */
export const FROM_VERSION_1 = `
  ALTER TABLE operations RENAME TO operations_1;
  DROP INDEX IF EXISTS by_tenant;
  DROP INDEX IF EXISTS by_due;
  DROP INDEX IF EXISTS unfinished_by_tenant;
  DROP INDEX IF EXISTS by_expiry;
  ${LAYOUT}
  INSERT INTO operations
    SELECT id, version, tenant_id, endpoint, status, created_at, due_at, expire_at,
      CASE WHEN json_valid(document) THEN json_remove(document, '$.input', '$.result') ELSE '' END, document
    FROM operations_1;
  DROP TABLE operations_1;
`;

const REPLACE = `
  tenant_id = :tenant_id, endpoint = :endpoint, status = :status, created_at = :created_at,
  due_at = :due_at, expire_at = :expire_at, summary = :summary, document = :document`;

export const STATEMENTS = {
  /** A record past its retention exists for nobody, so it gives way. */
  create: `
    INSERT INTO operations VALUES
      (:id, :now, :tenant_id, :endpoint, :status, :created_at, :due_at, :expire_at, :summary,
        :document)
    ON CONFLICT (id) DO UPDATE SET version = max(version + 1, :now), ${REPLACE}
      WHERE operations.expire_at <= :now
    RETURNING version`,
  read: 'SELECT id, version, document FROM operations WHERE id = :id AND expire_at > :now',
  update: `
    UPDATE operations SET version = version + 1, ${REPLACE}
    WHERE id = :id AND version = :version RETURNING version`,
  list: `
    SELECT id, summary FROM operations
    WHERE tenant_id = :tenant_id AND (created_at, id) < (:created_at, :id) AND expire_at > :now
      AND (:status IS NULL OR status = :status) AND (:endpoint IS NULL OR endpoint = :endpoint)
      AND status <> '${CORRUPT}'
    ORDER BY created_at DESC, id DESC`,
  due: `
    SELECT id, version, due_at, status, document FROM operations
    WHERE due_at <= :at AND (due_at, id) > (:due_at, :id) ORDER BY due_at, id`,
  postpone: `
    UPDATE operations SET version = version + 1, due_at = :due_at
    WHERE id = :id AND version = :version AND due_at IS NOT NULL`,
  setAside: `
    UPDATE operations SET version = version + 1, due_at = :due_at, status = '${CORRUPT}'
    WHERE id = :id AND version = :version`,
  countUnfinished: `
    SELECT count(*) AS found FROM
      (SELECT 1 FROM operations
        WHERE tenant_id = :tenant_id AND due_at IS NOT NULL AND status <> '${CORRUPT}' LIMIT :up_to)`,
  purge: 'DELETE FROM operations WHERE expire_at <= :at',
  ping: 'SELECT 1 FROM operations LIMIT 1',
};
