import { parentPort, workerData } from 'node:worker_threads';
import { createLoadLimit } from '../shared/http/load-shedding.ts';
import { createLog } from '../shared/log.ts';
import { closed, listen } from './functions.ts';
import { createGateway } from './gateway.ts';
import { readRewrites } from './rewrites.ts';

export interface EntranceData {
  /** Where the functions serve, by name: the deployed ones, and `dev-token` where there is a development issuer. */
  readonly origins: Readonly<Record<string, string>>;
  readonly maxConcurrentRequests: number;
  readonly logLevel: string;
  /** Not 0 while the thread of the functions is saturated. */
  readonly saturated: Int32Array;
}

export type EntranceOrder = { readonly listen: number } | { readonly closeWithin: number };

const { origins, maxConcurrentRequests, logLevel, saturated }: EntranceData = workerData;
const rewrites = readRewrites(new URL('../firebase.json', import.meta.url));

/** As Firebase Hosting routes, and besides what is private or not there at all when deployed. */
function functionOf(path: string): string {
  if (path === '/dev/token' && 'dev-token' in origins) return 'dev-token';
  if (path.startsWith('/tasks/')) return 'worker';
  return rewrites(path) ?? 'operations';
}

const urls = new Map(Object.entries(origins).map(([name, origin]) => [name, new URL(origin)]));
// Clients come through here alone. The queue does not, and is bounded by its own concurrency.
const limit = createLoadLimit({
  most: maxConcurrentRequests,
  log: createLog({ level: logLevel, service: 'tamil-text-analysis-api' }),
  saturated: () => Atomics.load(saturated, 0) !== 0,
});
const gateway = createGateway((path) => {
  const origin = urls.get(functionOf(path));
  if (origin === undefined) throw new Error(`there is no function for ${path}`);
  return { origin };
}, limit);

parentPort?.on('message', async (order: EntranceOrder) => {
  if ('listen' in order) {
    parentPort?.postMessage(await listen(gateway, order.listen));
  } else {
    await closed(gateway);
    parentPort?.close();
  }
});
