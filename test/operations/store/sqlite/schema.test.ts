import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Operation, STATUSES } from '../../../../shared/operations/record/record.ts';
import { summaryOf } from '../../../../shared/operations/record/summary.ts';
import { RecordCorrupt } from '../../../../shared/operations/store/port.ts';
import { ENDPOINTS_OF_STATUS, listStatement } from '../../../../shared/operations/store/sqlite/lists.ts';
import { READS } from '../../../../shared/operations/store/sqlite/reader.ts';
import { createSqliteStore } from '../../../../shared/operations/store/sqlite/store.ts';
import { PURGE, UPDATE } from '../../../../shared/operations/store/sqlite/writes.ts';
import { idOf, queued, running, START, succeeded } from '../../../contract/records.ts';

/** The layouts of earlier releases. */
const INDEXES = `
  CREATE INDEX by_tenant ON operations (tenant_id, created_at DESC, id DESC, status, endpoint, expire_at);
  CREATE INDEX by_due ON operations (due_at, id) WHERE due_at IS NOT NULL;
  CREATE INDEX unfinished_by_tenant ON operations (tenant_id) WHERE due_at IS NOT NULL;
  CREATE INDEX by_expiry ON operations (expire_at);
`;
const COLUMNS = `
  id TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, tenant_id TEXT NOT NULL, endpoint TEXT NOT NULL,
  status TEXT NOT NULL, created_at INTEGER NOT NULL, due_at INTEGER, expire_at INTEGER NOT NULL`;
const VERSION_1 = `
  CREATE TABLE operations (${COLUMNS}, document TEXT NOT NULL) STRICT;
  ${INDEXES} PRAGMA user_version = 1;
`;
const VERSION_2 = `
  CREATE TABLE operations (${COLUMNS}, summary TEXT NOT NULL, document TEXT NOT NULL) STRICT;
  ${INDEXES} PRAGMA user_version = 2;
  CREATE TABLE slots (
    name TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, operation_id TEXT NOT NULL, taken_at INTEGER NOT NULL,
    expire_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  INSERT INTO slots VALUES ('s', 3, '${idOf('b')}', ${START}, ${START + 1});
`;

const now = () => START;
let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'schema-'));
  path = join(directory, 'operations.db');
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('a file of an earlier release', () => {
  const records: readonly Operation[] = [
    succeeded('a', { issues: [], text: 'நீளம் "…" \\ \u0000 \ud800' }, { model: 'm-1' } as never),
    succeeded('null', null),
    succeeded('number', 1.5e300),
    queued('b', { input: { text: 'அ', deep: [[{ a: null }]] } }),
    running('c', { progress: 0.5 }),
  ];

  const writeFile = (layout: string) => {
    using db = new DatabaseSync(path);
    db.exec(layout);
    const columns = layout === VERSION_1 ? 9 : 10;
    const insert = db.prepare(`INSERT INTO operations VALUES (${Array(columns).fill('?').join()})`);
    const put = (op: Pick<Operation, 'id' | 'status'>, due: number | null, document: string) => {
      const summary = layout === VERSION_1 ? [] : ['{"whatever":1}'];
      const rest = ['school-1', 'proofread', op.status, START, due, START + 9, ...summary, document];
      insert.run(op.id, 7, ...rest);
    };
    for (const record of records)
      put(record, 'due_at' in record ? record.due_at : null, JSON.stringify(record));
    put({ id: idOf('bad'), status: 'queued' }, START, '{"id"');
    put({ id: idOf('none'), status: 'queued' }, START, '[]');
  };

  it.each([
    ['1', VERSION_1],
    ['2', VERSION_2],
  ])('of layout %s is taken over once, with all that is in it', async (_, layout) => {
    writeFile(layout);
    for (let opened = 0; opened < 2; opened += 1) {
      const store = createSqliteStore({ path, now });
      for (const record of records)
        expect(await store.read(record.id)).toEqual({
          operation: record,
          version: expect.stringMatching(/^7\.\d+$/),
        });
      await expect(store.read(idOf('bad'))).rejects.toThrow(RecordCorrupt);
      await expect(store.read(idOf('none'))).rejects.toThrow(RecordCorrupt);
      const newest = records.toSorted((a, b) => (a.id < b.id ? 1 : -1));
      const { operations } = await store.list({ tenant_id: 'school-1', page_size: 9 });
      expect(operations).toEqual(newest.map(summaryOf));
      const due = (await store.due(START, 9)).map(({ operation }) => operation);
      expect(due).toEqual([queued('b', { input: { text: 'அ', deep: [[{ a: null }]] } })]);
      // What is not JSON has been set aside.
      expect(await store.countUnfinished('school-1', 9)).toBe(2);
      if (layout === VERSION_2) expect(await store.readLock('s')).toMatchObject({ version: '3' });
      await store.close();
    }
    using db = new DatabaseSync(path);
    const waiting = db.prepare('SELECT document FROM operations WHERE id = ?').get(idOf('c'));
    expect(waiting?.['document']).toBe(JSON.stringify({ input: running('c').input }));
    const store = createSqliteStore({ path, now });
    const { version } = (await store.read(idOf('b'))) ?? { version: '' };
    expect(await store.update(running('b'), version)).toMatch(/^8\.\d+$/);
    expect(await store.create(queued('new'))).toBeTypeOf('string');
    await store.close();
  });
});

describe('the layout', () => {
  /** What SQLite does for a statement, without the steps that only merge. */
  const plan = (sql: string): string[] => {
    void createSqliteStore({ path, now }).close();
    using db = new DatabaseSync(path);
    return db
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map((step) => String(step['detail']))
      .filter((step) => !/subquery|^(MERGE|LEFT|RIGHT)\b/.test(step));
  };
  const range = (index: string, columns: string) =>
    expect.stringMatching(new RegExp(`^SEARCH operations USING (COVERING )?INDEX ${index} \\(${columns}`));
  const by = (...columns: string[]) => columns.map((column) => `${column}=\\?`).join(' AND ');
  const AFTER = ' AND \\(created_at,id\\)<\\(\\?,\\?\\)\\)$';

  it.each([
    ['due', READS.due, 'by_due', '\\(due_at,id\\)>\\(\\?,\\?\\) AND due_at<\\?'],
    ['countUnfinished', READS.countUnfinished, 'unfinished', by('tenant_id')],
    ['read', READS.read, 'sqlite_autoindex_operations_1', by('id')],
  ])('answers %s from a range of one index, without sorting', (_, sql, index, columns) => {
    expect(plan(sql)).toEqual([range(index, columns)]);
  });

  it('finds an operation in its own row without an index', () => {
    expect(plan(READS.readRow)).toEqual(['SEARCH operations USING INTEGER PRIMARY KEY (rowid=?)']);
  });

  it('finds what is to be purged by an index', () => {
    expect(plan(PURGE)).toContainEqual(range('by_expiry', 'expire_at<'));
    expect(plan(PURGE)).not.toContainEqual(expect.stringMatching(/^SCAN/));
  });

  it('lists everything from a range of what is unfinished and one of the rest', () => {
    expect(plan(listStatement({}, () => []).sql)).toEqual([
      range('unfinished', by('tenant_id') + AFTER),
      range('finished_by_tenant', by('tenant_id') + AFTER),
    ]);
  });

  const KINDS = ['essay-critique', 'proofread'];

  it.each(
    [undefined, ...STATUSES].flatMap((status) =>
      [undefined, ...KINDS].filter((of) => of ?? status).map((endpoint) => ({ status, endpoint })),
    ),
  )(
    'lists $status $endpoint from ranges that are merged, and passes over none but unfinished ones',
    (filter) => {
      const finished = range('finished_by_kind', by('tenant_id', 'status', 'endpoint') + AFTER);
      const unfinished = range('unfinished', by('tenant_id') + AFTER);
      const { status, endpoint } = filter;
      const of = status === 'queued' || status === 'running' ? [unfinished] : [];
      if (status === undefined) of.push(unfinished, finished, finished, finished);
      else if (of.length === 0) of.push(...Array(endpoint === undefined ? 2 : 1).fill(finished));
      expect(plan(listStatement(filter, () => KINDS).sql)).toEqual(of);
    },
  );

  it('steps from one endpoint of a status to the next', async () => {
    const store = createSqliteStore({ path, now });
    const many = [...'aabbbac'].map((endpoint, n) => succeeded(`${n}`, n, { endpoint } as never));
    await Promise.all(many.map((record) => store.create(record)));
    using db = new DatabaseSync(path);
    const found = db.prepare(ENDPOINTS_OF_STATUS).all('school-1', 'succeeded');
    expect(found.map(({ endpoint }) => endpoint)).toEqual(['a', 'b', 'c']);
    expect(db.prepare(ENDPOINTS_OF_STATUS).all('school-1', 'failed')).toEqual([]);
    const page = async (query: object) =>
      (await store.list({ tenant_id: 'school-1', page_size: 9, ...query })).operations.length;
    expect(await page({ status: 'succeeded' })).toBe(7);
    expect(await page({ status: 'failed' })).toBe(0);
    expect(await page({ status: 'succeeded', endpoint: 'b' })).toBe(3);
    expect(await page({ endpoint: 'c' })).toBe(1);
    await store.close();
  });

  it('comes to a summary without passing the input and the result', () => {
    void createSqliteStore({ path, now }).close();
    using db = new DatabaseSync(path);
    const names = db
      .prepare('PRAGMA table_info(operations)')
      .all()
      .map(({ name }) => name);
    expect(names.slice(-2)).toEqual(['summary', 'document']);
    expect(listStatement({}, () => []).sql).not.toContain('document');
  });

  it('keeps nothing twice: the input and the result are in the one part, the rest in the other', async () => {
    const store = createSqliteStore({ path, now });
    await store.create(succeeded('a', { n: 1 }));
    using db = new DatabaseSync(path);
    const row = db.prepare('SELECT summary, document FROM operations').get();
    const { input, result, ...rest } = succeeded('a', { n: 1 }) as never as Record<string, unknown>;
    expect(JSON.parse(String(row?.['document']))).toEqual({ input, result });
    expect(JSON.parse(String(row?.['summary']))).toEqual(rest);
    await store.close();
  });

  it('leaves alone the indexes whose columns an update does not change', () => {
    void createSqliteStore({ path, now }).close();
    using db = new DatabaseSync(path);
    const steps = db.prepare(`EXPLAIN ${UPDATE}`).all();
    const nameOf = db.prepare('SELECT name FROM sqlite_schema WHERE rootpage = ?');
    const opened = new Map(
      steps.flatMap(({ opcode, p1, p2 }) =>
        opcode === 'OpenWrite' ? [[p1, nameOf.get(p2 as number)?.['name']]] : [],
      ),
    );
    const written = steps.flatMap(({ opcode, p1 }) => (opcode === 'IdxInsert' ? [opened.get(p1)] : []));
    expect(written.toSorted()).toEqual(['by_due', 'finished_by_kind', 'finished_by_tenant', 'unfinished']);
  });
});
