import { setTimeout as sleep } from 'node:timers/promises';
import { exchange } from '../measure/load.ts';
import { progress } from '../measure/rounds.ts';
import { startDeployed } from '../systems/deployed.ts';
import { startNpmStart } from '../systems/npm-start.ts';
import { startHeldModel } from './held-model.ts';
import { type Awaited, measureWait } from './wait.ts';

const WAYS = {
  wait: { prefer: 'wait=30' },
  stream: { accept: 'text/event-stream' },
} as const;
type Way = keyof typeof WAYS;

/** So many streams a tenant may have in a deployed instance. */
const FEW = 40;

/** Clients that wait for the end of their operations, on both stores. Prints one table. */
export async function measureWaiting(clients: number, seconds: number): Promise<void> {
  console.log(
    'waiting for the end: processor time in ms a second without and with those who wait; end to answer',
  );
  const heads = ['clients', 'without', 'with', 'p50 ms', 'p99 ms'];
  console.log(`  ${''.padEnd(24)}${heads.map((head) => head.padStart(9)).join('')}`);
  const show = async (awaited: Awaited, way: Way) => {
    progress(`${awaited.name}: ${way}`);
    const { idle, waiting, p50, p99 } = await measureWait(awaited, WAYS[way], seconds);
    progress('');
    const cells = [awaited.asks.length, idle.toFixed(1), waiting.toFixed(1), p50.toFixed(0), p99.toFixed(0)];
    console.log(
      `  ${`${awaited.name}, ${way}`.padEnd(24)}${cells.map((cell) => String(cell).padStart(9)).join('')}`,
    );
  };
  for (const way of ['wait', 'stream'] as const) await onSqlite(clients, (awaited) => show(awaited, way));
  await onFirestore(clients, (awaited) => show(awaited, 'wait'));
  await onFirestore(Math.min(clients, FEW), (awaited) => show(awaited, 'stream'));
  console.log('');
}

async function onSqlite(clients: number, measure: (awaited: Awaited) => Promise<void>): Promise<void> {
  const model = await startHeldModel();
  const service = await startNpmStart({
    PROVIDER: 'gemini',
    GEMINI_API_KEY: 'bench',
    GEMINI_BASE_URL: model.url,
    LOCAL_QUEUE_CONCURRENCY: String(clients),
  });
  try {
    const accepted = await Promise.all(
      Array.from({ length: clients }, () => exchange(service.origin, service.post)),
    );
    const asks = accepted.map(({ body }) => service.poll(JSON.parse(body)));
    while (model.held < clients) await sleep(50);
    await measure({
      name: 'SQLite',
      origin: service.origin,
      pids: service.pids,
      asks,
      finish: model.release,
    });
  } finally {
    await service.stop();
    model.close();
  }
}

async function onFirestore(clients: number, measure: (awaited: Awaited) => Promise<void>): Promise<void> {
  const { submit, worker, operations, accept, read, work, stop } = await startDeployed();
  try {
    const ids: string[] = [];
    while (ids.length < clients) {
      const { body } = await exchange(submit.origin, accept.ours);
      ids.push(JSON.parse(body).operation_id);
    }
    const finish = (n: number) => exchange(worker.origin, work(ids[n] ?? '').ours);
    const asks = ids.map((id) => read(id).ours);
    // The client of Firestore loads with the first read.
    if (asks[0] !== undefined) await exchange(operations.origin, asks[0]);
    await measure({ name: 'Firestore', origin: operations.origin, pids: operations.pids, asks, finish });
  } finally {
    await stop();
  }
}
