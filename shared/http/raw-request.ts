import { subscribe } from 'node:diagnostics_channel';
import { type IncomingHttpHeaders, type IncomingMessage, Server } from 'node:http';
import { answerClientErrors } from './client-error.ts';

/** What the client sent, from before the Functions Framework saw it. */
export interface RawRequest {
  /** Request target, undecoded. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
}

const requests = new WeakMap<IncomingMessage, RawRequest>();
const taken = new WeakSet<Server>();
let takeAll = false;

/**
 * Keeps a server's requests from the Functions Framework's own parsing, which reads bodies of up to 1 GiB and answers
 * what it cannot parse with an HTML page. The framework is shown a request for `/` without a body; the target, the
 * headers and the unread body stay for `rawRequest`. Without a server: all of the process.
 */
export function takeRequests(server?: Server): void {
  if (server === undefined) {
    takeAll = true;
    return;
  }
  taken.add(server);
  answerClientErrors(server);
}

export function rawRequest(req: IncomingMessage): RawRequest {
  return requests.get(req) ?? { target: req.url ?? '/', headers: req.headers };
}

const BODY_HEADERS = ['content-type', 'content-length', 'transfer-encoding', 'content-encoding'] as const;

// Node publishes this for every request, before any listener of the server.
// Source: https://nodejs.org/docs/latest-v24.x/api/diagnostics_channel.html#http
subscribe('http.server.request.start', (message) => {
  const { request, server } = message as { request: IncomingMessage; server: Server };
  if (!takeAll && !taken.has(server)) return;
  requests.set(request, { target: request.url ?? '/', headers: { ...request.headers } });
  for (const name of BODY_HEADERS) delete request.headers[name];
  request.url = '/';
});

// What the parser refuses is no request, so a server is prepared before its first.
// Source: https://nodejs.org/docs/latest-v24.x/api/diagnostics_channel.html#net
subscribe('tracing:net.server.listen:asyncStart', (message) => {
  const { server } = message as { server: unknown };
  if (takeAll && server instanceof Server) answerClientErrors(server);
});
