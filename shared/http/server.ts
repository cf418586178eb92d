import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as NetServer } from 'node:net';
import { Problem } from '../errors.ts';
import { answerClientErrors } from './client-error.ts';
import type { Handler } from './handler.ts';
import { type LoadLimit, overloaded } from './load-shedding.ts';
import { requestIdOf } from './request-id.ts';
import { problemAnswer, send } from './respond.ts';

export interface AnsweringOptions {
  /** Without one, every request is taken. */
  readonly limit?: LoadLimit;
  /** Status of the answer to what comes, or is not answered yet, when the server ends. */
  readonly endingStatus?: number;
  /** Aborted when the server begins to end: whoever only waits is to answer now. */
  readonly ending?: AbortController;
}

export interface Answering {
  /** Requests that have not been answered. */
  readonly underWay: number;
  /**
   * Stops accepting connections, gives requests under way `graceMs` to be answered, and answers the rest
   * `shutting-down`. Resolves when every connection has ended.
   */
  end(graceMs: number): Promise<void>;
}

/** Whether the process is alive is answered always. */
const ALWAYS = '/v1/health';
/** The last answers get so long to be sent. */
const LAST_WORDS_MS = 500;
/**
 * Idle connections are kept for so long beyond what clients are told (`Keep-Alive: timeout=5`): whoever sends on one at the
 * last moment, as a proxy in front does for others, is not to find it closed, however late both of them are.
 */
const KEEP_ALIVE_BUFFER_MS = 30_000;
/** What is still coming of a body when its request has been refused gets so long, as the connection may serve again. */
const LINGER_MS = 5000;

/**
 * Has a server's requests answered by `handler`, instead of by whoever listens to them, and what is no request by a
 * problem.
 */
export function answerBy(server: Server, handler: Handler, options: AnsweringOptions = {}): Answering {
  const { limit, ending, endingStatus = 503 } = options;
  const underWay = new Set<ServerResponse>();
  let isEnding = false;

  function left(this: ServerResponse): void {
    underWay.delete(this);
    if (isEnding && underWay.size === 0) hangUp();
  }

  /** Of those that are not idle, some have a request half sent, and some have never said anything. */
  function hangUp(): void {
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), LAST_WORDS_MS).unref();
  }

  answerClientErrors(server);
  server.keepAliveTimeoutBuffer = KEEP_ALIVE_BUFFER_MS;
  server.removeAllListeners('request');
  server.on('request', (req, res) => {
    if (isEnding) return refuse(req, res, shuttingDown(), endingStatus);
    if (limit !== undefined && !isAlways(req) && !limit.takes(underWay.size))
      return refuse(req, res, overloaded());
    underWay.add(res);
    res.once('close', left);
    void handler(req, res);
    return undefined;
  });

  return {
    get underWay() {
      return underWay.size;
    },
    async end(graceMs) {
      isEnding = true;
      // Unlike an HTTP server's own `close` this leaves idle connections open: what comes there is answered for now.
      const ended = new Promise((resolve) => NetServer.prototype.close.call(server, resolve));
      for (const res of underWay) res.shouldKeepAlive = false;
      ending?.abort(new Error('the server is ending'));
      if (underWay.size === 0) hangUp();
      const cut = setTimeout(() => {
        for (const res of underWay) refuse(res.req, res, shuttingDown(), endingStatus);
        hangUp();
      }, graceMs);
      await ended;
      clearTimeout(cut);
    },
  };
}

const shuttingDown = () =>
  new Problem('shutting-down', 'This instance is ending. Send the request again.', {
    headers: { 'Retry-After': '1', Connection: 'close' },
  });

function isAlways({ method, url = '' }: IncomingMessage): boolean {
  return (
    (method === 'GET' || method === 'HEAD') &&
    url.startsWith(ALWAYS) &&
    (url.length === ALWAYS.length || url[ALWAYS.length] === '?')
  );
}

/** Answers without having read, verified or logged anything. */
function refuse(req: IncomingMessage, res: ServerResponse, problem: Problem, status = problem.status): void {
  if (res.headersSent) return;
  // Node reads a body that nobody wanted to its end, however slowly it comes.
  res.once('finish', () => {
    if (req.complete) return;
    const hangUp = setTimeout(() => req.socket.destroy(), LINGER_MS).unref();
    req.once('close', () => clearTimeout(hangUp));
  });
  const requestId = requestIdOf(req.headers['x-request-id']);
  send(res, problemAnswer(problem, requestId, status), requestId);
}
