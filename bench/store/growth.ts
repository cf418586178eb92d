import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Unfinished } from '../../shared/operations/record/record.ts';
import type { OperationStore } from '../../shared/operations/store/port.ts';
import { createSqliteStore } from '../../shared/operations/store/sqlite/store.ts';
import { progress } from '../measure/rounds.ts';
import { type Calls, makeCalls } from './calls.ts';
import { finished, queued, running, tenant } from './records.ts';

const AT_ONCE = 256;
/** Of each kind at each size: long enough for several checkpoints. */
const CALLS = 10_000;
const QUERIES = 2000;

/** Calls of the store by how many operations it holds: processor time, and what is left of the first size's speed. Prints one table. */
export async function measureGrowth(sizes: readonly number[]): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-growth-'));
  const path = join(directory, 'operations.db');
  const store = createSqliteStore({ path });
  const ids: string[] = [];
  const rows: { readonly size: number; readonly calls: Readonly<Record<string, Calls>> }[] = [];
  try {
    for (const size of sizes) {
      await fill(store, ids, size);
      progress(`growth: ${size} stored`);
      rows.push({ size, calls: await measure(store, ids) });
    }
    progress('');
  } finally {
    await store.close();
    console.log(`the file at the end: ${(statSync(path).size / 2 ** 20).toFixed(0)} MiB`);
    rmSync(directory, { recursive: true, force: true });
  }
  const [first] = rows;
  const kinds = Object.keys(first?.calls ?? {});
  console.log(`calls of the SQLite store: CPU µs, and speed against ${first?.size} stored operations`);
  console.log(`  ${'stored'.padStart(9)}${kinds.map((kind) => kind.padStart(14)).join('')}`);
  for (const { size, calls } of rows) {
    const cells = kinds.map((kind) => {
      const us = calls[kind]?.processorUs ?? Number.NaN;
      const firstUs = first?.calls[kind]?.processorUs ?? Number.NaN;
      return `${us.toFixed(1)} ${(firstUs / us).toFixed(2)}×`.padStart(14);
    });
    console.log(`  ${String(size).padStart(9)}${cells.join('')}`);
  }
  console.log('');
}

async function fill(store: OperationStore, ids: string[], size: number): Promise<void> {
  while (ids.length < size) {
    const batch = Array.from({ length: Math.min(AT_ONCE, size - ids.length) }, () => finished(queued()));
    await Promise.all(batch.map((operation) => store.create(operation)));
    ids.push(...batch.map(({ id }) => id));
    if (ids.length % 10_240 < AT_ONCE) progress(`growth: ${ids.length} of ${size} stored`);
  }
}

async function measure(store: OperationStore, ids: readonly string[]): Promise<Record<string, Calls>> {
  const made: { operation: Unfinished; version: string }[] = [];
  const of = (n: number) => made[n] as (typeof made)[number];
  const any = () => ids[Math.floor(Math.random() * ids.length)] ?? '';
  const create = async (n: number) => {
    const operation = queued();
    made[n] = { operation, version: (await store.create(operation)) ?? '' };
  };
  const claim = async (n: number) => {
    const operation = running(of(n).operation);
    made[n] = { operation, version: (await store.update(operation, of(n).version)) ?? '' };
  };
  const finish = async (n: number) => void (await store.update(finished(of(n).operation), of(n).version));
  return {
    accept: await makeCalls(CALLS, AT_ONCE, create),
    GET: await makeCalls(CALLS, AT_ONCE, async () => void (await store.read(any()))),
    list: await makeCalls(
      QUERIES,
      AT_ONCE,
      async (n) => void (await store.list({ tenant_id: tenant(n), page_size: 20 })),
    ),
    count: await makeCalls(
      QUERIES,
      AT_ONCE,
      async (n) => void (await store.countUnfinished(tenant(n), 1000)),
    ),
    sweep: await makeCalls(QUERIES, AT_ONCE, async () => void (await store.due(Date.now() + 60_000, 10))),
    claim: await makeCalls(CALLS, AT_ONCE, claim),
    finish: await makeCalls(CALLS, AT_ONCE, finish),
  };
}
