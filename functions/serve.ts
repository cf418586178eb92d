import { compose, type Runtime } from '../shared/compose.ts';
import { type Target as ConfigTarget, parseConfig } from '../shared/config.ts';
import { createHandler, type Handler } from '../shared/http/handler.ts';
import { createLoadLimit, shedLoadOfProcess } from '../shared/http/load-shedding.ts';
import type { Route } from '../shared/http/route.ts';
import type { Services } from '../shared/operations/services.ts';

/** The deployed functions, by the name that FUNCTION_TARGET gives. */
export const TARGETS = ['submit', 'worker', 'operations'] as const;
export type Target = Exclude<ConfigTarget, 'all'>;

/** Each function's code is loaded when it is served, and only then. */
const routesOf: Record<Target, () => Promise<(services: Services) => Route[]>> = {
  submit: async () => (await import('./submit.ts')).submitRoutes,
  worker: async () => (await import('./worker.ts')).workerRoutes,
  operations: async () => (await import('./operations.ts')).operationsRoutes,
};

/** The handler of one function on a runtime that exists. */
export async function handlerOf(target: Target, runtime: Runtime): Promise<Handler> {
  const { services, authenticators } = runtime;
  const routes = (await routesOf[target]())(services);
  return createHandler({
    routes,
    authenticators,
    quota: services.quota,
    log: services.log.child({ function: target }),
    project: services.project,
  });
}

/**
 * The handler of one function, alone in its process.
 * @throws {ConfigError}
 */
export async function serve(
  target: Target,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Handler> {
  const config = parseConfig(env, target);
  const runtime = await compose(config);
  shedLoadOfProcess(createLoadLimit({ most: config.maxConcurrentRequests, log: runtime.services.log }));
  return handlerOf(target, runtime);
}
