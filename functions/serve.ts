import type { Server } from 'node:http';
import { compose, type Runtime } from '../shared/compose.ts';
import { type Target as ConfigTarget, parseConfig } from '../shared/config.ts';
import { createHandler, type Handler, type HandlerOptions } from '../shared/http/handler.ts';
import type { Route } from '../shared/http/route.ts';
import { type Answering, answerBy } from '../shared/http/server.ts';
import { createConcurrentQuota } from '../shared/quota/concurrent.ts';
import { pageConfigRoute, signInFor } from './page-config.ts';

/** The deployed functions, by the name that FUNCTION_TARGET gives. */
export const TARGETS = ['submit', 'worker', 'operations'] as const;
export type Target = Exclude<ConfigTarget, 'all'>;

/** Each function's code is loaded only when it is served. */
const routesOf: Record<Target, () => Promise<(runtime: Runtime) => Route[]>> = {
  submit: async () => (await import('./submit.ts')).submitRoutes,
  worker: async () => (await import('./worker.ts')).workerRoutes,
  operations: async () => {
    const { operationsRoutes } = await import('./operations.ts');
    return (runtime) => [...operationsRoutes(runtime), pageConfigRoute(signInFor(runtime.issuer))];
  },
};

/** Of one tenant in one instance: half of what an instance of `operations` takes at once (`_OPERATIONS_CONCURRENCY`). */
const STREAMS_OF_A_TENANT = 40;

/** Makes the handler of one function on a runtime. */
export async function handlerOf(
  target: Target,
  runtime: Runtime,
  more: Pick<HandlerOptions, 'ending' | 'concurrent' | 'streams'> = {},
): Promise<Handler> {
  const { services, authenticators, cors } = runtime;
  const routes = (await routesOf[target]())(runtime);
  return createHandler({
    routes,
    authenticators,
    quota: services.quota,
    cors,
    log: services.log.child({ function: target }),
    project: services.project,
    streams: createConcurrentQuota(STREAMS_OF_A_TENANT, () => false),
    ...more,
  });
}

/**
 * Prepares one function, alone in its process. The result puts it on a server.
 * @throws {ConfigError}
 */
export async function serve(
  target: Target,
  env: Readonly<Record<string, string | undefined>>,
): Promise<(server: Server) => Answering> {
  const runtime = await compose(parseConfig(env, target));
  const ending = new AbortController();
  const handler = await handlerOf(target, runtime, { ending: ending.signal });
  // 503 would make Cloud Tasks slow down the whole queue.
  const endingStatus = target === 'worker' ? 500 : 503;
  return (server) => answerBy(server, handler, { cors: runtime.cors, ending, endingStatus });
}
