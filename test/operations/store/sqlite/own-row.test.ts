import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newOperationId } from '../../../../shared/operations/record/ids.ts';
import type { Operation } from '../../../../shared/operations/record/record.ts';
import { likelyRow, rowAt } from '../../../../shared/operations/store/sqlite/own-row.ts';
import { createReader, READS } from '../../../../shared/operations/store/sqlite/reader.ts';
import { createRecentRecords } from '../../../../shared/operations/store/sqlite/recent-records.ts';
import { createSqliteStore, type SqliteStore } from '../../../../shared/operations/store/sqlite/store.ts';
import { idOf, queued, running, START, succeeded } from '../../../contract/records.ts';

const DAY_MS = 86_400_000;
/** An id as it is made at `time`, at a place of that millisecond. */
const idAt = (time: number, place: number, tail = 1) =>
  `${newOperationId(time, false).slice(0, 15)}${place.toString(16).padStart(3, '0')}-8000-${String(tail).padStart(12, '0')}`;

describe('the row of a new operation', () => {
  it('rises with the time and, within a millisecond, with the place', () => {
    const ids = [idAt(START, 0), idAt(START, 1), idAt(START, 4095), idAt(START + 1, 0)];
    const rows = ids.map((id) => likelyRow(id) ?? 0);
    expect(rows).toEqual([0, 1, 4095, 4096].map((more) => (rows[0] ?? 0) + more));
    expect(ids.map((id, n) => rowAt(n < 3 ? START : START + 1, id))).toEqual(rows);
  });

  it('is told by the id, unless that was made for a store of many places, or for a key', () => {
    expect(likelyRow(`7${idAt(START, 0).slice(1)}`)).toBeUndefined();
    expect(likelyRow(idOf('a'))).toBeUndefined();
    expect(rowAt(START, idOf('a'))).toBeLessThan(rowAt(START + 1, idAt(START + 1, 0)) ?? 0);
  });

  it.each([
    ['1970', 0],
    ['2093, at the end of what a number tells exactly', Date.UTC(2093, 6, 5)],
    ['2527', 2 ** 44 - 1],
  ])('is left to SQLite in %s', (_, time) => expect(rowAt(time, idAt(time, 0))).toBeUndefined());

  it('is there until 2093', () => expect(rowAt(Date.UTC(2093, 0, 1), idAt(0, 0))).toBeGreaterThan(0));
});

describe('a store', () => {
  let directory: string;
  let path: string;
  let store: SqliteStore;
  let clock = START;
  beforeEach(() => {
    clock = START;
    directory = mkdtempSync(join(tmpdir(), 'own-row-'));
    path = join(directory, 'operations.db');
    store = createSqliteStore({ path, now: () => clock });
  });
  afterEach(async () => {
    await store.close();
    rmSync(directory, { recursive: true });
  });
  const rows = () => {
    using db = new DatabaseSync(path);
    return new Map(
      db
        .prepare('SELECT row, id FROM operations')
        .all()
        .map(({ row, id }) => [String(id), Number(row)]),
    );
  };
  const at = (id: string, created_at = START): Operation => ({ ...queued('a'), id, created_at });

  it('puts a new operation in its row, and one whose row is taken after all that are there', async () => {
    const [own, same] = [idAt(START, 9), idAt(START, 9, 2)];
    for (const id of [own, same, idOf('keyed')]) await store.create(at(id));
    const row = likelyRow(own) ?? 0;
    expect(rows()).toEqual(
      new Map([
        [own, row],
        [same, row + 1],
        [idOf('keyed'), rowAt(START, idOf('keyed'))],
      ]),
    );
    expect((await store.read(same))?.operation.id).toBe(same);
  });

  it('looks for an operation in its row first, and for its id only if it is not there', async () => {
    const [own, same] = [idAt(START, 9), idAt(START, 9, 2)];
    for (const id of [own, same, idOf('keyed')]) await store.create(at(id));
    using db = new DatabaseSync(path);
    const asked: unknown[] = [];
    const prepare = (sql: string) => {
      const statement = db.prepare(sql);
      const get = (...values: never[]) => {
        asked.push(sql);
        return statement.get(...values);
      };
      return { get };
    };
    const reader = createReader({
      db: { prepare } as never,
      recent: createRecentRecords(),
      onCorrupt: undefined,
    });
    for (const id of [own, same, idOf('keyed')]) expect(reader.read(id, START)?.operation).toEqual(at(id));
    expect(asked).toEqual([READS.readRow, READS.readRow, READS.read, READS.read]);
  });

  it('is not led astray by an id that has another time by chance', async () => {
    const [id, keyed] = [idAt(START + 9000 * DAY_MS, 0), idOf('keyed')];
    for (const one of [id, keyed]) await store.create(at(one));
    expect([...rows().values()]).toEqual([rowAt(START, id), rowAt(START, keyed)].toSorted());
    expect((await store.read(id))?.operation).toEqual(at(id));
  });

  it('leaves the rows of others to them when operations have keys', async () => {
    const ids = Array.from({ length: 200 }, (_, n) => (n % 2 === 0 ? idAt(START, n) : idOf(`keyed ${n}`)));
    await Promise.all(ids.map((id) => store.create(at(id))));
    const inOwn = ids.filter((id) => rows().get(id) === rowAt(START, id));
    expect(inOwn.length).toBeGreaterThan(190);
  });

  it('shows nobody what is past its retention', async () => {
    const id = idAt(START, 9);
    await store.create({ ...at(id), expire_at: START + 1 });
    expect(await store.read(id)).toBeDefined();
    clock = START + 1;
    expect(await store.read(id)).toBeUndefined();
  });

  it('finds what lies in a file of an earlier release, where rows were counted from 1', async () => {
    const id = idAt(START, 9);
    await store.create(at(id));
    {
      using db = new DatabaseSync(path);
      db.exec('UPDATE operations SET row = 1');
    }
    expect((await store.read(id))?.operation).toEqual(at(id));
    expect(await store.create(at(id))).toBeUndefined();
    expect([...rows().values()]).toEqual([1]);
  });

  it('has each operation once, whichever row it lies in', async () => {
    const ids = [
      ...[1, 2, 3].map((tail) => idAt(START, 5, tail)),
      ...[6, 7].map((place) => idAt(START, place)),
      idAt(START + 1, 0),
      idOf('keyed'),
    ];
    const step = fc.record({
      id: fc.constantFrom(...ids),
      how: fc.constantFrom('create', 'start', 'finish', 'erase', 'read'),
      created_at: fc.constantFrom(START, START + 1),
    });
    await fc.assert(
      fc
        .asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
          const model = new Map<string, Operation>();
          for (const { id, how, created_at } of steps) {
            const known = model.get(id);
            const version = (await store.read(id))?.version ?? '1.1';
            if (how === 'create') {
              expect((await store.create(at(id, created_at))) !== undefined).toBe(known === undefined);
              if (known === undefined) model.set(id, at(id, created_at));
            } else if (how === 'erase') {
              expect(await store.erase(id, version)).toBe(model.delete(id));
            } else if (how !== 'read') {
              const next = {
                ...(how === 'start' ? running('a') : succeeded('a', { n: 1 })),
                id,
                created_at: known?.created_at ?? START,
              };
              expect((await store.update(next, version)) !== undefined).toBe(known !== undefined);
              if (known !== undefined) model.set(id, next);
            }
            expect((await store.read(id))?.operation).toEqual(model.get(id));
          }
          expect(new Set(rows().keys())).toEqual(new Set(model.keys()));
        })
        .afterEach(async () => {
          for (const id of ids) await store.erase(id, (await store.read(id))?.version ?? '1.1');
        }),
    );
  });
});
