import { randomUUID } from 'node:crypto';
import { keyedOperationId } from '../../shared/operations/record/ids.ts';
import type { Unfinished } from '../../shared/operations/record/record.ts';
import type { OperationStore } from '../../shared/operations/store/port.ts';
import { makeCalls } from './calls.ts';
import { finished, queued, running, tenant } from './records.ts';

const AT_ONCE = 256;
const CALLS = 5000;
const QUERIES = 1000;

/** What a service asks of its store. `GET new` is of an operation that has just been made, `GET any` of any of them. */
export const KINDS = [
  'accept',
  'with a key',
  'GET new',
  'GET any',
  'list',
  'count',
  'sweep',
  'claim',
  'finish',
] as const;
export type Kind = (typeof KINDS)[number];

/** Microseconds of processor time of one call of each kind, on a store that holds `ids`. */
export async function measureKinds({
  store,
  ids,
}: {
  readonly store: OperationStore;
  readonly ids: readonly string[];
}): Promise<Readonly<Record<Kind, number>>> {
  const made: { operation: Unfinished; version: string }[] = [];
  const of = (n: number) => made[n] as (typeof made)[number];
  const any = () => ids[Math.floor(Math.random() * ids.length)] ?? '';
  const create = async (n: number, operation: Unfinished) => {
    made[n] = { operation, version: (await store.create(operation)) ?? '' };
  };
  const keyed = (): Unfinished => {
    const operation = queued();
    const { tenant_id, endpoint } = operation;
    return { ...operation, id: keyedOperationId({ tenant_id, endpoint, key: randomUUID() }) };
  };
  const claim = async (n: number) => {
    const operation = running(of(n).operation);
    made[n] = { operation, version: (await store.update(operation, of(n).version)) ?? '' };
  };
  const finish = async (n: number) => void (await store.update(finished(of(n).operation), of(n).version));
  const us = async (count: number, call: (n: number) => Promise<void>): Promise<number> =>
    (await makeCalls(count, AT_ONCE, call)).processorUs;
  return {
    accept: await us(CALLS, (n) => create(n, queued())),
    'with a key': await us(CALLS, (n) => create(CALLS + n, keyed())),
    'GET new': await us(CALLS, async (n) => void (await store.read(of(n).operation.id))),
    'GET any': await us(CALLS, async () => void (await store.read(any()))),
    list: await us(QUERIES, async (n) => void (await store.list({ tenant_id: tenant(n), page_size: 20 }))),
    count: await us(QUERIES, async (n) => void (await store.countUnfinished(tenant(n), 1000))),
    sweep: await us(QUERIES, async () => void (await store.due(Date.now() + 60_000, 10))),
    claim: await us(CALLS * 2, claim),
    finish: await us(CALLS * 2, finish),
  };
}
