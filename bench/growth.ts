import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newOperationId } from '../shared/operations/record/ids.ts';
import type { Operation, Unfinished } from '../shared/operations/record/record.ts';
import type { OperationStore } from '../shared/operations/store/port.ts';
import { createSqliteStore } from '../shared/operations/store/sqlite/store.ts';
import { progress } from './measure/rounds.ts';
import { TEXT } from './systems/text.ts';

const TENANTS = 100;
const AT_ONCE = 256;
/** Of each kind at each size. */
const CALLS = 2000;
const DAY_MS = 86_400_000;

/** Calls of the store a second, by how many operations it holds. Prints one table. */
export async function measureGrowth(sizes: readonly number[]): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-growth-'));
  const path = join(directory, 'operations.db');
  const store = createSqliteStore({ path });
  const ids: string[] = [];
  const rows: { readonly size: number; readonly rates: Readonly<Record<string, number>> }[] = [];
  try {
    for (const size of sizes) {
      await fill(store, ids, size);
      rows.push({ size, rates: await measure(store, ids) });
    }
  } finally {
    await store.close();
    console.log(`the file at the end: ${(statSync(path).size / 2 ** 20).toFixed(0)} MiB`);
    rmSync(directory, { recursive: true, force: true });
  }
  const [first] = rows;
  const kinds = Object.keys(first?.rates ?? {});
  console.log(`calls of the SQLite store a second, and against ${first?.size} stored operations`);
  console.log(`  ${'stored'.padStart(9)}${kinds.map((kind) => kind.padStart(18)).join('')}`);
  for (const { size, rates } of rows) {
    const cells = kinds.map((kind) => {
      const rate = rates[kind] ?? 0;
      return `${rate.toFixed(0)} ${(rate / (first?.rates[kind] ?? 1)).toFixed(2)}×`.padStart(18);
    });
    console.log(`  ${String(size).padStart(9)}${cells.join('')}`);
  }
  console.log('');
}

async function fill(store: OperationStore, ids: string[], size: number): Promise<void> {
  while (ids.length < size) {
    const batch = Array.from({ length: Math.min(AT_ONCE, size - ids.length) }, () => finishedOperation());
    await Promise.all(batch.map((operation) => store.create(operation)));
    ids.push(...batch.map(({ id }) => id));
    if (ids.length % 10_240 < AT_ONCE) progress(`growth: ${ids.length} of ${size} stored`);
  }
  progress('');
}

async function measure(store: OperationStore, ids: readonly string[]) {
  const any = () => ids[Math.floor(Math.random() * ids.length)] ?? '';
  const queued = Array.from({ length: CALLS }, () => queuedOperation());
  const versions = new Map<string, string>();
  const accept = await rate(async (n) => {
    const operation = queued[n];
    if (operation === undefined) return;
    versions.set(operation.id, (await store.create(operation)) ?? '');
  });
  const get = await rate(async () => void (await store.read(any())));
  const list = await rate(
    async (n) => void (await store.list({ tenant_id: `tenant-${n % TENANTS}`, page_size: 20 })),
  );
  const sweep = await rate(async () => void (await store.due(Date.now(), 10)));
  const claim = await rate(async (n) => {
    const operation = queued[n];
    if (operation === undefined) return;
    const running: Operation = { ...operation, status: 'running', attempts: 1 };
    await store.update(running, versions.get(operation.id) ?? '');
  });
  return { accept, GET: get, list, sweep, claim };
}

/** Calls a second, `AT_ONCE` of them under way. */
async function rate(call: (n: number) => Promise<void>): Promise<number> {
  let next = 0;
  const begun = performance.now();
  const caller = async () => {
    while (next < CALLS) {
      next += 1;
      await call(next - 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, caller));
  return CALLS / ((performance.now() - begun) / 1000);
}

function queuedOperation(): Unfinished {
  const now = Date.now();
  return {
    id: newOperationId(now),
    tenant_id: `tenant-${Math.floor(Math.random() * TENANTS)}`,
    request_id: randomUUID(),
    endpoint: 'proofread',
    status: 'queued',
    input: { text: TEXT, language: 'ta' },
    created_at: now,
    updated_at: now,
    expire_at: now + 30 * DAY_MS,
    due_at: now - 1,
    attempts: 0,
    generation: 0,
  };
}

function finishedOperation(): Operation {
  const { due_at: _, ...queued } = queuedOperation();
  const result = { original_text: TEXT, corrected_text: TEXT, issues: [] };
  return {
    ...queued,
    status: 'succeeded',
    completed_at: queued.created_at,
    provider: 'rules',
    model: 'rules-1',
    latency_ms: 1,
    result,
  };
}
