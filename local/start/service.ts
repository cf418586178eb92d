import { createServer } from 'node:http';
import { isIPv6 } from 'node:net';
import { operationsRoutes } from '../../functions/operations.ts';
import { submitRoutes } from '../../functions/submit.ts';
import { workerRoutes } from '../../functions/worker.ts';
import { compose, type Runtime } from '../../shared/compose.ts';
import type { Config } from '../../shared/config.ts';
import { createHandler } from '../../shared/http/handler.ts';
import { createLoadLimit, eventLoopSaturation } from '../../shared/http/load-shedding.ts';
import type { Route } from '../../shared/http/route.ts';
import { answerBy } from '../../shared/http/server.ts';
import { isLoopback } from '../../shared/loopback.ts';
import { recover } from '../../shared/operations/work/sweep.ts';
import { createConcurrentQuota, TENANT_SHARE } from '../../shared/quota/concurrent.ts';
import { type DevelopmentIssuer, openDevelopmentIssuer, tokenRoute } from './development-issuer.ts';
import { createEngineThreads } from './engine-threads.ts';
import { BUILT_PAGE, pageRoutes } from './page.ts';
import { createLocalQueue } from './queue.ts';
import { queueConcurrency } from './queue-concurrency.ts';
import { repeat } from './repeat.ts';
import { claimOwnership } from './sole-owner.ts';
import { WidePort } from './wide-port.ts';
import { LocalWorker } from './worker.ts';

export interface LocalService {
  readonly url: URL;
  readonly issuer: DevelopmentIssuer | undefined;
  /** How many unfinished operations of an earlier process were taken up. */
  readonly recovered: number;
  readonly close: () => Promise<void>;
}

/** A delivery that is given up is made again, and its operation is taken from the attempt that still runs. */
const DISPATCH_MARGIN_MS = 60_000;
const SWEEP_EVERY_MS = 2000;
/** At Ctrl-C, requests and attempts under way get so long to end. */
const GRACE_MS = 2500;
/** An earlier process on the same data that ends takes so long at most. Its work is taken over after that. */
const SUCCESSION_MS = 5000;
const LOG_LINGER_MS = 20;
const PURGE_EVERY_MS = 3_600_000;

/** Serves the routes of all three functions on one port, with local stand-ins for Google Cloud in the same process. */
export async function startService(config: Config, page = BUILT_PAGE): Promise<LocalService> {
  const issuer =
    config.oidc.development && config.store.kind === 'sqlite'
      ? await openDevelopmentIssuer(config.store.path, config.oidc)
      : undefined;
  const queue = createLocalQueue({
    run: (delivery) => worker.run(delivery),
    concurrency: queueConcurrency(),
    dispatchDeadlineMs: config.attemptTimeoutMs + DISPATCH_MARGIN_MS,
  });
  const isLocal = config.queue.kind === 'local';
  const server = createServer();
  const port = new WidePort(server);
  const engine = createEngineThreads();
  const runtime = await compose(config, {
    findElsewhere: engine.find,
    logLingerMs: LOG_LINGER_MS,
    ...(isLocal && { queue }),
  });
  const { services, authenticators, cors } = runtime;
  const worker = new LocalWorker(services);
  const routes: Route[] = [
    ...submitRoutes(runtime),
    ...operationsRoutes(runtime),
    // Only an external queue delivers by HTTP.
    ...(isLocal ? [] : workerRoutes(runtime)),
    ...(issuer === undefined ? [] : [tokenRoute(issuer)]),
    ...pageRoutes(page, issuer === undefined ? 'token' : 'development'),
  ];
  const { log, project, quota } = services;
  const most = config.maxConcurrentRequests;
  const saturated = eventLoopSaturation();
  const ofTenant = Math.ceil(most * TENANT_SHARE);
  const concurrent = createConcurrentQuota(ofTenant, saturated);
  // Half of a tenant's for streams, which last.
  const streams = createConcurrentQuota(Math.ceil(ofTenant / 2), () => false);
  const ending = new AbortController();
  const handler = createHandler({
    routes,
    authenticators,
    quota,
    concurrent,
    streams,
    cors,
    log,
    project,
    ending: ending.signal,
  });
  const limit = createLoadLimit({ most, log, saturated });
  const { end } = answerBy(server, handler, { limit, cors, ending, close: () => port.close() });

  const { store } = config;
  const owner = store.kind === 'sqlite' ? await claimOwnership(store.path, SUCCESSION_MS) : undefined;
  // Before the first request, so that its operation is not taken for one of an earlier process.
  const recovered = owner === undefined ? 0 : await recover(services);
  const address = await port.open(config.port, config.host);
  const sweeping = isLocal ? repeat(() => sweepOnce(worker, runtime), SWEEP_EVERY_MS) : undefined;
  const purging = repeat(() => purge(runtime), PURGE_EVERY_MS);
  const close = async () => {
    owner?.announceEnd();
    await Promise.all([purging.close(), sweeping?.close(), end(GRACE_MS), queue.close(GRACE_MS)]);
    await Promise.all([runtime.close(), engine.close()]);
    owner?.release();
  };
  return { url: urlOf(config.host, address.port), issuer, recovered, close };
}

function urlOf(host: string, port: number): URL {
  const address = isIPv6(host) ? `[${host}]` : host;
  return new URL(`http://${isLoopback(host) ? 'localhost' : address}:${port}`);
}

/** A failed sweep is logged; the next one follows. */
async function sweepOnce(worker: LocalWorker, { services }: Runtime): Promise<void> {
  try {
    await worker.sweep();
  } catch (error) {
    services.log.warn({ err: error }, 'sweep');
  }
}

/** A failed purge is logged; the next one deletes the rest. Reads hide records past their retention in any case. */
async function purge({ purge: deleteExpired, services }: Runtime): Promise<void> {
  try {
    await deleteExpired?.();
  } catch (error) {
    services.log.warn({ err: error }, 'purge');
  }
}
