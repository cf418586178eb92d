import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { Problem } from '../../shared/errors.ts';
import type { Cors } from '../../shared/http/cors.ts';
import type { Handler } from '../../shared/http/handler.ts';
import type { LoadLimit } from '../../shared/http/load-shedding.ts';
import { requestIdOf } from '../../shared/http/request-id.ts';
import { problemAnswer, send } from '../../shared/http/respond.ts';
import { answerBy } from '../../shared/http/server.ts';

/** Where a path is served: at the origin of a function, or by a handler of the gateway's own process. */
export type Destination = { readonly origin: URL } | { readonly handler: Handler };

/** Meant for one connection, not for the next (RFC 9110, section 7.6.1); and `expect`, which Node has answered. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
  'expect',
]);

/**
 * One port in front of the functions. Passes requests and answers through as streams; when the client goes away, so
 * does the request to the function.
 */
export function createGateway(
  route: (path: string) => Destination,
  options: { readonly limit?: LoadLimit; readonly cors?: Cors } = {},
): Server {
  const agent = new Agent({ keepAlive: true });
  const server = createServer();
  const handler: Handler = async (req, res) => {
    const destination = route(pathOf(req.url ?? '/'));
    if ('origin' in destination) return forward(req, res, { ...options, origin: destination.origin, agent });
    return destination.handler(req, res).catch(() => void res.destroy());
  };
  answerBy(server, handler, options);
  server.on('close', () => agent.destroy());
  return server;
}

function pathOf(target: string): string {
  const path = target.split('?', 1)[0] ?? '/';
  return path.startsWith('/') ? path : '/';
}

function forward(
  req: IncomingMessage,
  res: ServerResponse,
  { origin, agent, cors }: { readonly origin: URL; readonly agent: Agent; readonly cors?: Cors },
): void {
  const upstream = httpRequest({
    agent,
    host: origin.hostname,
    port: origin.port,
    method: req.method,
    path: req.url,
    headers: [...endToEnd(req.rawHeaders), ...hostOf(req)],
  });
  upstream.on('response', (answer) => {
    res.writeHead(answer.statusCode ?? 502, endToEnd(answer.rawHeaders));
    answer.pipe(res);
    answer.on('error', () => res.destroy());
  });
  upstream.on('error', (cause) => {
    if (res.headersSent || res.destroyed) return void res.destroy();
    const problem = new Problem('store-unavailable', 'The function is not there. Send the request again.', {
      headers: { 'Retry-After': '1' },
      cause,
    });
    const requestId = requestIdOf(req.headers['x-request-id']);
    send(res, problemAnswer(problem, requestId), requestId, cors?.headers(req.headers.origin));
  });
  res.on('close', () => upstream.destroy());
  // The function may answer by the headers alone, before a body that is slow to come or too large to read.
  upstream.flushHeaders();
  req.pipe(upstream);
}

/** HTTP/1.0 needs none (RFC 1945, section 5.2), and HTTP/1.1, in which the request goes on, does. */
const hostOf = ({ httpVersion, headers }: IncomingMessage): string[] =>
  httpVersion === '1.0' && headers.host === undefined ? ['Host', 'localhost'] : [];

/** Raw headers without those of the connection, in order and case as they came. */
function endToEnd(raw: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    const [name = '', value = ''] = raw.slice(at, at + 2);
    if (!HOP_BY_HOP.has(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
}
