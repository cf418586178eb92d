import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSqliteStore } from '../../shared/operations/store/sqlite/store.ts';
import { load, median } from '../measure/load.ts';
import { progress } from '../measure/rounds.ts';
import { type NpmStart, startNpmStart } from '../systems/npm-start.ts';
import type { Ask } from '../systems/system.ts';
import { finished, queued } from './records.ts';

const SMALL = 1000;
const AT_ONCE = 256;
const CONNECTIONS = 32;
/** The tenant of the token that `npm start` gives the bench. */
const TENANT = 'bench';
/** What a client has just made, it polls. */
const NEWEST = 100;

interface Served {
  readonly directory: string;
  readonly service: NpmStart;
  readonly ids: readonly string[];
}

/** The same through HTTP: `npm start` on a database of `size` operations, in rounds that alternate with one of 1,000. */
export async function measureServedGrowth(size: number, rounds: number, seconds: number): Promise<void> {
  const systems = [await serve(SMALL), await serve(size)] as const;
  const asks: Readonly<Record<string, (served: Served) => () => Ask>> = {
    'POST to the end':
      ({ service }) =>
      () =>
        service.post,
    'GET of the newest': ({ service, ids }) => anyOf(service, ids.slice(-NEWEST)),
    'GET of any': ({ service, ids }) => anyOf(service, ids),
    'list of 20':
      ({ service: { headers } }) =>
      () => ({
        method: 'GET',
        path: '/v1/operations?page_size=20',
        headers,
        expect: 200,
      }),
  };
  console.log(
    `through npm start, ${CONNECTIONS} connections: CPU µs with ${SMALL} and with ${size} stored, and what is left of the speed`,
  );
  try {
    for (const [name, of] of Object.entries(asks)) {
      const speeds: number[] = [];
      const costs: (readonly [number, number])[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        progress(`${name}: round ${round} of ${rounds}`);
        const [small, big] = systems;
        const effort = { connections: CONNECTIONS, seconds };
        const before = (await load(small.service, of(small), effort)).processorUs;
        const after = (await load(big.service, of(big), effort)).processorUs;
        speeds.push(before / after);
        costs.push([before, after]);
      }
      progress('');
      const [before, after] = [0, 1].map((n) => median(costs.map((pair) => pair[n] ?? Number.NaN)));
      console.log(
        `  ${name.padEnd(18)}${before?.toFixed(0).padStart(8)}${after?.toFixed(0).padStart(8)}${`${median(speeds).toFixed(2)}×`.padStart(8)}`,
      );
    }
  } finally {
    for (const { service, directory } of systems) {
      await service.stop();
      rmSync(directory, { recursive: true, force: true });
    }
  }
  console.log('');
}

const anyOf =
  ({ headers }: NpmStart, ids: readonly string[]) =>
  (): Ask => ({
    method: 'GET',
    path: `/v1/operations/${ids[Math.floor(Math.random() * ids.length)]}`,
    headers,
    expect: 200,
  });

async function serve(size: number): Promise<Served> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-grown-'));
  const path = join(directory, 'operations.db');
  const store = createSqliteStore({ path });
  const ids: string[] = [];
  for (let stored = 0; stored < size; stored += AT_ONCE) {
    const batch = Array.from({ length: Math.min(AT_ONCE, size - stored) }, () => ({
      ...finished(queued()),
      tenant_id: TENANT,
    }));
    await Promise.all(batch.map((operation) => store.create(operation)));
    ids.push(...batch.map(({ id }) => id));
    if (stored % 10_240 === 0) progress(`growth: ${stored} of ${size} stored`);
  }
  await store.close();
  return { directory, ids, service: await startNpmStart({ SQLITE_PATH: path }) };
}
