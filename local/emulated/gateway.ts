import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Problem } from '../../shared/errors.ts';
import type { Cors } from '../../shared/http/cors.ts';
import type { Handler } from '../../shared/http/handler.ts';
import type { LoadLimit } from '../../shared/http/load-shedding.ts';
import { requestIdOf } from '../../shared/http/request-id.ts';
import { problemAnswer, send } from '../../shared/http/respond.ts';
import { answerBy } from '../../shared/http/server.ts';
import { targetOf } from '../../shared/http/target.ts';
import { forward } from './forward.ts';

/** Where a path is served: at the origin of a function, or by a handler of the gateway's own process. */
export type Destination = { readonly origin: URL } | { readonly handler: Handler };

/** One port in front of the functions. */
export function createGateway(
  route: (path: string) => Destination,
  options: { readonly limit?: LoadLimit; readonly cors?: Cors } = {},
): Server {
  const agent = new Agent({ keepAlive: true });
  const server = createServer();
  const handler: Handler = async (req, res) => {
    const destination = route(targetOf(req.url).path);
    if ('handler' in destination) return destination.handler(req, res).catch(() => void res.destroy());
    const away = (cause: Error) => unavailable(req, res, cause, options.cors);
    return forward(req, res, { origin: destination.origin, agent, away });
  };
  answerBy(server, handler, options);
  server.on('close', () => agent.destroy());
  return server;
}

function unavailable(req: IncomingMessage, res: ServerResponse, cause: Error, cors: Cors | undefined): void {
  const problem = new Problem('store-unavailable', 'The function is not there. Send the request again.', {
    headers: { 'Retry-After': '1' },
    cause,
  });
  const requestId = requestIdOf(req.headers['x-request-id']);
  send(res, problemAnswer(problem, requestId), requestId, cors?.headers(req.headers.origin));
}
