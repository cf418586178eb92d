import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { STATUSES } from '../../../../shared/operations/record/record.ts';
import type { Query } from '../../../../shared/operations/store/firestore/client.ts';
import { fieldsOf, settingAside } from '../../../../shared/operations/store/firestore/document.ts';
import { LOCKS, fieldsOf as lockFields } from '../../../../shared/operations/store/firestore/locks.ts';
import * as queries from '../../../../shared/operations/store/firestore/queries.ts';
import { idOf, queued, START } from '../../../contract/records.ts';

interface Declared {
  indexes: { collectionGroup: string; queryScope: string; fields: { fieldPath: string; order: string }[] }[];
  fieldOverrides: { collectionGroup: string; fieldPath: string; ttl?: boolean; indexes: unknown[] }[];
}

const declared: Declared = JSON.parse(readFileSync('firestore.indexes.json', 'utf8'));

const lock = { operation_id: idOf('a'), taken_at: START, expire_at: START };
const overridesOf = (collection: string) =>
  declared.fieldOverrides.filter(({ collectionGroup }) => collectionGroup === collection);

const after = { at: START, name: 'n' };
const list = { tenant_id: 'school-1', page_size: 20 };
/** Every shape of every query: a builder that is not here makes the first test fail. */
const SHAPES: Record<string, Query[]> = {
  listQuery: [undefined, STATUSES[0]].flatMap((status) =>
    [undefined, 'proofread'].flatMap((endpoint) =>
      [undefined, after].map((cursor) => queries.listQuery({ ...list, status, endpoint }, 21, cursor)),
    ),
  ),
  unfinishedQuery: [queries.unfinishedQuery('school-1', 2000)],
  dueQuery: [undefined, after].map((cursor) => queries.dueQuery(START, 100, cursor)),
};
const all = Object.values(SHAPES).flat();

/**
 * The composite index that a query needs: the fields compared for equality in any order, then those of its order
 * (firebase.google.com/docs/firestore/query-data/index-overview). Every index ends in the name, in the last direction.
 */
function needs(query: Query) {
  const filters = (query.where?.compositeFilter?.filters ?? []).map((filter) => filter.fieldFilter);
  const paths = (wanted: boolean) =>
    filters
      .filter((filter) => ['EQUAL', 'IN'].includes(String(filter?.op)) === wanted)
      .map((one) => one?.field?.fieldPath);
  const order = (query.orderBy ?? []).map(({ field, direction }) => ({
    fieldPath: field?.fieldPath,
    order: direction,
  }));
  const name = order.pop();
  expect(name).toEqual({ fieldPath: '__name__', order: order.at(-1)?.order });
  for (const range of paths(false)) expect(range).toBe(order[0]?.fieldPath);
  return { collection: query.from?.[0]?.collectionId, equal: new Set(paths(true)), order };
}

function covered(query: Query, by: Declared['indexes']): boolean {
  const { collection, equal, order } = needs(query);
  return by.some(({ collectionGroup, queryScope, fields }) => {
    const first = fields.slice(0, equal.size).map(({ fieldPath }) => fieldPath);
    return (
      collectionGroup === collection &&
      queryScope === 'COLLECTION' &&
      equal.symmetricDifference(new Set<string | null | undefined>(first)).size === 0 &&
      JSON.stringify(fields.slice(equal.size)) === JSON.stringify(order)
    );
  });
}

it('a list is read without the records', () => {
  const fields = SHAPES['listQuery']?.map(({ select }) => select?.fields?.map((field) => field.fieldPath));
  expect(new Set(fields?.flat())).toEqual(new Set(['summary', 'created_at', 'status']));
  expect(fields?.every((paths) => paths !== undefined)).toBe(true);
});

describe('firestore.indexes.json', () => {
  it('is held against every query there is', () => {
    const builders = Object.entries(queries).filter(([, value]) => typeof value === 'function');
    expect(builders.map(([name]) => name).sort()).toEqual(Object.keys(SHAPES).sort());
  });

  it('has an index for each', () => {
    for (const query of all) expect(covered(query, declared.indexes), JSON.stringify(query)).toBe(true);
  });

  it.each(
    declared.indexes.map(
      (index, n) => [index.fields.map(({ fieldPath }) => fieldPath).join(', '), n] as const,
    ),
  )('has none too many: without (%s) a query fails', (_, n) => {
    const rest = declared.indexes.toSpliced(n, 1);
    expect(all.every((query) => covered(query, rest))).toBe(false);
  });

  it('exempts every field of a document from an index of its own, but the one that an operator asks for', () => {
    const exempt = (collection: string) =>
      overridesOf(collection)
        .filter(({ indexes }) => indexes.length === 0)
        .map((one) => one.fieldPath)
        .sort();
    // Few documents have it, and nothing but its own index finds them.
    const { set_aside_at: _, ...fields } = { ...fieldsOf(queued('a'), []), ...settingAside(0, 0, []) };
    expect(overridesOf(queries.COLLECTION).map((one) => one.fieldPath)).not.toContain('set_aside_at');
    expect(exempt(queries.COLLECTION)).toEqual(Object.keys(fields).sort());
    expect(exempt(LOCKS)).toEqual(Object.keys(lockFields(lock)).sort());
  });

  it('spreads what is due over as many shards as its query asks for', () => {
    const shards = new Set(
      Array.from({ length: 1000 }, (_, n) => fieldsOf(queued(`n${n}`), [])['due_shard']?.integerValue),
    );
    const filters = queries.dueQuery(START, 1, undefined).where?.compositeFilter?.filters ?? [];
    const asked = filters[0]?.fieldFilter?.value?.arrayValue?.values?.map(({ integerValue }) => integerValue);
    expect([...shards].sort()).toEqual(asked?.sort());
  });

  it('ends documents at `expire_at`, which is a timestamp', () => {
    for (const collection of [queries.COLLECTION, LOCKS]) {
      const ending = overridesOf(collection).filter(({ ttl }) => ttl);
      expect(ending.map((one) => one.fieldPath)).toEqual(['expire_at']);
    }
    expect(lockFields(lock)['expire_at']).toHaveProperty('timestampValue');
    expect(fieldsOf(queued('a', { expire_at: 1_767_225_600_123 }), [])['expire_at']).toEqual({
      timestampValue: { seconds: 1_767_225_600, nanos: 123_000_000 },
    });
  });

  it('is for the collections the code uses', () => {
    const groups = [...declared.indexes, ...declared.fieldOverrides].map((one) => one.collectionGroup);
    expect(new Set(groups)).toEqual(new Set([queries.COLLECTION, LOCKS]));
  });
});
