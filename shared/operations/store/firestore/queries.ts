import type { Unfinished } from '../../record/record.ts';
import type { ListQuery } from '../port.ts';
import type { Fields, Query } from './client.ts';

export const COLLECTION = 'operations';

/**
 * An index on a rising value takes about 500 writes a second (firebase.google.com/docs/firestore/best-practices), and
 * `due_at` rises. Led by a shard, the index grows in thirty places. One `in` filter takes thirty values, so a sweep stays
 * one query, in order and within its limit.
 */
export const DUE_SHARDS = 30;

const ALL_SHARDS = Array.from({ length: DUE_SHARDS }, (_, shard) => ({ integerValue: shard }));

const UNFINISHED: readonly Unfinished['status'][] = ['queued', 'running'];

/** The query goes on after this document. */
export interface Cursor {
  readonly at: number;
  readonly name: string;
}

/** The fields that a list reads. The record is not among them. */
const LISTED = ['summary', 'created_at', 'status'].map((fieldPath) => ({ fieldPath }));

/** Needs the index (tenant_id, [status,] [endpoint,] created_at desc, name desc). */
export function listQuery(query: ListQuery, limit: number, after: Cursor | undefined): Query {
  const { tenant_id, status, endpoint } = query;
  const filters = Object.entries({ tenant_id, status, endpoint }).flatMap(([field, value]) =>
    value === undefined ? [] : [filter(field, 'EQUAL', { stringValue: value })],
  );
  return { select: { fields: LISTED }, ...ordered('created_at', 'DESCENDING', filters, limit, after) };
}

/** Needs the index (tenant_id, status, created_at desc, name desc), so it names that order. */
export function unfinishedQuery(tenant_id: string, limit: number): Query {
  const unfinished = UNFINISHED.map((status) => ({ stringValue: status }));
  const filters = [
    filter('tenant_id', 'EQUAL', { stringValue: tenant_id }),
    filter('status', 'IN', { arrayValue: { values: unfinished } }),
  ];
  return ordered('created_at', 'DESCENDING', filters, limit, undefined);
}

/** The fields that a sweep reads: the record, its position, and whether it was set aside. */
const DUE = ['document', 'writes', 'due_at', 'status'].map((fieldPath) => ({ fieldPath }));

/** Needs the index (due_shard, due_at, name). */
export function dueQuery(now: number, limit: number, after: Cursor | undefined): Query {
  const filters = [
    filter('due_shard', 'IN', { arrayValue: { values: ALL_SHARDS } }),
    filter('due_at', 'LESS_THAN_OR_EQUAL', { integerValue: now }),
  ];
  return { select: { fields: DUE }, ...ordered('due_at', 'ASCENDING', filters, limit, after) };
}

type Filter = NonNullable<Query['where']>;

const filter = (
  fieldPath: string,
  op: 'EQUAL' | 'IN' | 'LESS_THAN_OR_EQUAL',
  value: Fields[string],
): Filter => ({
  fieldFilter: { field: { fieldPath }, op, value },
});

function ordered(
  fieldPath: string,
  direction: 'ASCENDING' | 'DESCENDING',
  filters: Filter[],
  limit: number,
  after: Cursor | undefined,
): Query {
  return {
    from: [{ collectionId: COLLECTION }],
    where: { compositeFilter: { op: 'AND', filters } },
    orderBy: [
      { field: { fieldPath }, direction },
      { field: { fieldPath: '__name__' }, direction },
    ],
    limit: { value: limit },
    ...(after && {
      startAt: { values: [{ integerValue: after.at }, { referenceValue: after.name }], before: false },
    }),
  };
}
