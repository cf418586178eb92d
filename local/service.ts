import { handlerOf, TARGETS } from '../functions/serve.ts';
import { compose, type Local, type Runtime } from '../shared/compose.ts';
import type { Config } from '../shared/config.ts';
import { createHandler } from '../shared/http/handler.ts';
import { recover } from '../shared/operations/sweep.ts';
import { type DevelopmentIssuer, openDevelopmentIssuer, tokenRoute } from './development-issuer.ts';
import { openEntrance } from './entrance.ts';
import { type ServedFunction, serveFunction } from './functions.ts';
import { createLocalIdentity } from './identity.ts';
import { createLocalQueue } from './queue.ts';
import { queueConcurrency } from './queue-concurrency.ts';
import { createLocalScheduler } from './scheduler.ts';
import { claimOwnership } from './sole-owner.ts';

export interface LocalService {
  readonly url: URL;
  readonly issuer: DevelopmentIssuer | undefined;
  /** Operations of an ended process that were taken up. */
  readonly recovered: number;
  readonly close: () => Promise<void>;
}

/** A constant: the worker's port is another at every start. */
const WORKER_AUDIENCE = 'http://worker.localhost';
/** A delivery that is broken off is made again, and takes the work from an attempt that still runs. */
const DISPATCH_MARGIN_MS = 60_000;
const SWEEP_EVERY_MS = 2000;
/** What a request under way gets at Ctrl-C. */
const GRACE_MS = 2500;
const PURGE_EVERY_MS = 3_600_000;

/** Serves all three functions on one port, with what stands in for Google Cloud in the same process. */
export async function startService(config: Config): Promise<LocalService> {
  const issuer =
    config.oidc.development && config.store.kind === 'sqlite'
      ? await openDevelopmentIssuer(config.store.path)
      : undefined;
  const functions = new Map<string, ServedFunction>();
  const origin = (name: string): URL => {
    const served = functions.get(name);
    if (served === undefined) throw new Error(`there is no function ${name}`);
    return served.origin;
  };
  const identity = await createLocalIdentity({ issuer: WORKER_AUDIENCE, email: 'local-queue@localhost' });
  const delivery = { deliverTo: () => origin('worker'), sign: () => identity.sign(WORKER_AUDIENCE) };
  const local: Local = {
    queue: createLocalQueue({
      ...delivery,
      concurrency: queueConcurrency(),
      dispatchDeadlineMs: config.attemptTimeoutMs + DISPATCH_MARGIN_MS,
    }),
    worker: {
      email: identity.email,
      oidc: {
        issuer: identity.issuer,
        audience: WORKER_AUDIENCE,
        keys: { kind: 'inline', jwks: { keys: identity.jwks.keys.map((key) => ({ ...key })) } },
      },
    },
  };
  const runtime = await compose(config, config.queue.kind === 'local' ? local : undefined);
  for (const target of TARGETS) functions.set(target, await serveFunction(await handlerOf(target, runtime)));

  if (issuer !== undefined) functions.set('dev-token', await serveFunction(tokens(issuer, runtime)));

  const stop = async () => {
    clearInterval(purging);
    await scheduler?.close();
    await entrance.close(GRACE_MS);
    await local.queue.close();
    for (const served of functions.values()) await served.close();
    await runtime.close();
    release?.();
  };
  const release = config.store.kind === 'sqlite' ? claimOwnership(config.store.path) : undefined;
  // Before the first request, whose operation is not to be taken for one that a dead process left.
  const recovered = release === undefined ? 0 : await recover(runtime.services);
  const entrance = await openEntrance({
    port: config.port,
    origins: Object.fromEntries([...functions].map(([name, served]) => [name, served.origin.href])),
    maxConcurrentRequests: config.maxConcurrentRequests,
    logLevel: config.logLevel,
  });
  const scheduler =
    config.queue.kind === 'local'
      ? createLocalScheduler({ ...delivery, everyMs: SWEEP_EVERY_MS })
      : undefined;
  const purging = setInterval(() => purge(runtime), PURGE_EVERY_MS);
  purge(runtime);
  return { url: new URL(`http://localhost:${entrance.port}`), issuer, recovered, close: stop };
}

/** What could not be deleted this time is deleted next time: retention is kept by the reads. */
function purge({ purge: deleteExpired, services }: Runtime): void {
  try {
    deleteExpired?.();
  } catch (error) {
    services.log.warn({ err: error }, 'purge');
  }
}

function tokens(issuer: DevelopmentIssuer, { services, authenticators }: Runtime) {
  const { log, project, quota } = services;
  return createHandler({ routes: [tokenRoute(issuer)], authenticators, quota, log, project });
}
