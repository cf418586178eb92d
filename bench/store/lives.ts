import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OperationStore } from '../../shared/operations/store/port.ts';
import { createSqliteStore } from '../../shared/operations/store/sqlite/store.ts';
import { progress } from '../measure/rounds.ts';
import { makeCalls } from './calls.ts';
import { finished, queued, running } from './records.ts';

/** What the SQLite store has to do with an operation, by how many wait at once. Prints one table. */
export async function measureLives(operations: number, waiting: readonly number[]): Promise<void> {
  console.log('lives in the SQLite store: create, read, claim, finish, read');
  console.log(
    `  ${['waiting', 'per second', 'p50 ms', 'p99 ms', 'CPU µs'].map((head) => head.padStart(11)).join('')}`,
  );
  for (const atOnce of waiting) {
    progress(`store: ${atOnce} waiting`);
    const directory = mkdtempSync(join(tmpdir(), 'bench-store-'));
    const store = createSqliteStore({ path: join(directory, 'operations.db') });
    try {
      const count = atOnce === 1 ? Math.ceil(operations / 10) : operations;
      await makeCalls(Math.ceil(count / 10), atOnce, () => live(store));
      const { perSecond, p50, p99, processorUs } = await makeCalls(count, atOnce, () => live(store));
      progress('');
      const cells = [
        String(atOnce),
        perSecond.toFixed(0),
        p50.toFixed(2),
        p99.toFixed(2),
        processorUs.toFixed(0),
      ];
      console.log(`  ${cells.map((cell) => cell.padStart(11)).join('')}`);
    } finally {
      await store.close();
      rmSync(directory, { recursive: true, force: true });
    }
  }
  console.log('');
}

async function live(store: OperationStore): Promise<void> {
  const operation = queued();
  await store.create(operation);
  const stored = await store.read(operation.id);
  const claimed = running(operation);
  const version = await store.update(claimed, stored?.version ?? '');
  await store.update(finished(claimed), version ?? '');
  if ((await store.read(operation.id))?.operation.status !== 'succeeded') throw new Error('it did not end');
}
