import { http } from '@google-cloud/functions-framework';
import { environmentOf, servedTarget } from '../shared/config.ts';
import type { Handler } from '../shared/http/handler.ts';
import { takeRequests } from '../shared/http/raw-request.ts';
import { serve, TARGETS, type Target } from './serve.ts';

takeRequests();

const handlers = new Map<Target, Promise<Handler>>();
const handlerFor = (target: Target): Promise<Handler> => {
  const handler = handlers.get(target) ?? serve(target, environmentOf());
  handlers.set(target, handler);
  return handler;
};

for (const target of TARGETS) {
  http(target, async (req, res) => (await handlerFor(target))(req, res));
}

// The one that this process serves is made before the first request, so that a wrong configuration stops the start.
const served = TARGETS.find((target) => target === servedTarget());
if (served !== undefined) await handlerFor(served);
