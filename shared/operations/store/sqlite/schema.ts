import { CORRUPT } from '../port.ts';

export const LAYOUT_VERSION = 3;

/** As the index of them has it: SQLite uses it for a query that says the same. */
export const UNFINISHED = `due_at IS NOT NULL AND status <> '${CORRUPT}'`;

/**
 * A record lies in two columns: `document` has its input and its result, `summary` the rest. A list reads the
 * second only, and no write stores anything twice. `summary` comes first: SQLite reaches a column through all pages of
 * those before it.
 *
 * `due_at` is there while the operation is unfinished. `status` may be 'corrupt' besides: of a record that was due and does
 * not parse. Every page of every list is a range of one index, or of a few that
 * are merged in order, so that its cost does not grow with what is stored. An update changes no column of `by_tenant`
 * and `by_expiry`: SQLite rewrites the entries of an index only if a statement sets one of its columns.
 */
export const LAYOUT = `
  CREATE TABLE IF NOT EXISTS operations (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
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
  CREATE INDEX IF NOT EXISTS unfinished ON operations (tenant_id, created_at, id) WHERE ${UNFINISHED};
  CREATE INDEX IF NOT EXISTS finished_by_tenant ON operations (tenant_id, created_at, id) WHERE due_at IS NULL;
  CREATE INDEX IF NOT EXISTS finished_by_kind
    ON operations (tenant_id, status, endpoint, created_at, id) WHERE due_at IS NULL;
  CREATE INDEX IF NOT EXISTS by_due ON operations (due_at, id) WHERE due_at IS NOT NULL;
  CREATE INDEX IF NOT EXISTS by_expiry ON operations (expire_at);
  CREATE TABLE IF NOT EXISTS slots (
    name TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    operation_id TEXT NOT NULL,
    taken_at INTEGER NOT NULL,
    expire_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${LAYOUT_VERSION};
`;

/**
 * Versions 1 and 2 kept the whole record in `document`. What is not JSON stays as corrupt as it was. `->` tells a JSON
 * `null` from a field that is not there.
 */
export const FROM_EARLIER_LAYOUT = `
  ALTER TABLE operations RENAME TO operations_earlier;
  DROP INDEX IF EXISTS by_tenant;
  DROP INDEX IF EXISTS by_due;
  DROP INDEX IF EXISTS unfinished_by_tenant;
  DROP INDEX IF EXISTS by_expiry;
  ${LAYOUT}
  INSERT INTO operations
    SELECT NULL, id, version, tenant_id, endpoint, status, created_at, due_at, expire_at,
      CASE WHEN json_valid(document) THEN json_remove(document, '$.input', '$.result') ELSE '' END,
      CASE
        WHEN NOT json_valid(document) THEN document
        WHEN document -> '$.result' IS NULL THEN json_object('input', document -> '$.input')
        ELSE json_object('input', document -> '$.input', 'result', document -> '$.result')
      END
    FROM operations_earlier ORDER BY rowid;
  DROP TABLE operations_earlier;
`;
