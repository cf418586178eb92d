import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSqliteStore } from '../../shared/operations/store/sqlite/store.ts';
import { median } from '../measure/load.ts';
import { progress } from '../measure/rounds.ts';
import { KINDS, type Kind, measureKinds } from './kinds.ts';
import { finished, queued } from './records.ts';

const AT_ONCE = 256;
const SMALL = 1000;
const DATABASE = 'operations.db';

/** A store with so many finished operations, in a directory of its own. */
interface Grown {
  readonly directory: string;
  readonly store: ReturnType<typeof createSqliteStore>;
  readonly ids: string[];
}

/**
 * Calls of the SQLite store by how many operations it holds, in rounds that alternate with a new store of 1,000: processor
 * time, and what is left of the small store's speed. Prints a line for each size.
 */
export async function measureGrowth(sizes: readonly number[], rounds: number): Promise<void> {
  console.log(
    `calls of the SQLite store: CPU µs, and speed against ${SMALL} stored; medians of ${rounds} rounds`,
  );
  console.log(
    `  ${'stored'.padStart(9)}${KINDS.map((kind) => kind.padStart(14)).join('')}${'MiB'.padStart(8)}`,
  );
  const big = open();
  try {
    for (const size of sizes) {
      await fill(big, size);
      const measured: Record<Kind, { readonly us: number; readonly speed: number }[]> = emptyRounds();
      for (let round = 1; round <= rounds; round += 1) {
        progress(`growth: ${size} stored, round ${round} of ${rounds}`);
        const small = open();
        try {
          await fill(small, SMALL);
          const before = await measureKinds(small);
          const after = await measureKinds(big);
          for (const kind of KINDS)
            measured[kind].push({ us: after[kind], speed: before[kind] / after[kind] });
        } finally {
          await close(small);
        }
      }
      progress('');
      const cells = KINDS.map((kind) => {
        const us = median(measured[kind].map((round) => round.us));
        const speed = median(measured[kind].map((round) => round.speed));
        return `${us.toFixed(1)} ${speed.toFixed(2)}×`.padStart(14);
      });
      const megabytes = statSync(join(big.directory, DATABASE)).size / 2 ** 20;
      console.log(`  ${String(size).padStart(9)}${cells.join('')}${megabytes.toFixed(0).padStart(8)}`);
    }
  } finally {
    await close(big);
  }
  console.log('');
}

const emptyRounds = () =>
  Object.fromEntries(KINDS.map((kind) => [kind, []])) as unknown as Record<Kind, never[]>;

function open(): Grown {
  const directory = mkdtempSync(join(tmpdir(), 'bench-growth-'));
  return { directory, store: createSqliteStore({ path: join(directory, DATABASE) }), ids: [] };
}

async function close({ store, directory }: Grown): Promise<void> {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
}

async function fill({ store, ids }: Grown, size: number): Promise<void> {
  while (ids.length < size) {
    const batch = Array.from({ length: Math.min(AT_ONCE, size - ids.length) }, () => finished(queued()));
    await Promise.all(batch.map((operation) => store.create(operation)));
    ids.push(...batch.map(({ id }) => id));
    if (size > SMALL && ids.length % 10_240 < AT_ONCE) progress(`growth: ${ids.length} of ${size} stored`);
  }
}
