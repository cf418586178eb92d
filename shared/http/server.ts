import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as NetServer } from 'node:net';
import { Bag } from '../bag.ts';
import { Problem } from '../errors.ts';
import { answerClientErrors } from './client-error.ts';
import { type Cors, isPreflight } from './cors.ts';
import type { Handler } from './handler.ts';
import { type LoadLimit, overloaded } from './load-shedding.ts';
import { requestIdOf } from './request-id.ts';
import { problemAnswer, send } from './respond.ts';

export interface AnsweringOptions {
  /** The limit on requests under way. Without it every request is taken. */
  readonly limit?: LoadLimit;
  /** For the answers that the handler does not give. */
  readonly cors?: Cors;
  /** The status of `shutting-down` answers. */
  readonly endingStatus?: number;
  /** Aborted when the server begins to end, so that requests that only wait are answered now. */
  readonly ending?: AbortController;
  /** Stops accepting connections, and resolves when all of them have ended. Without: of the server's own socket. */
  readonly close?: () => Promise<void>;
}

export interface Answering {
  /** The number of requests that have not been answered. */
  readonly underWay: number;
  /**
   * Stops accepting connections, gives requests under way `graceMs` to be answered, and answers the rest
   * `shutting-down`. Resolves when every connection has ended.
   */
  end(graceMs: number): Promise<void>;
}

/** This path is always answered, because it tells whether the process is alive. */
const HEALTH = '/v1/health';
/** The last answers get so long to reach their clients. */
const LAST_WORDS_MS = 500;
/**
 * Idle connections are kept for so long beyond the time that clients are told (`Keep-Alive: timeout=5`). A client or a proxy
 * that sends at the last moment must not find its connection closed.
 */
const KEEP_ALIVE_BUFFER_MS = 30_000;
/** The rest of a refused request's body gets so long to arrive, since the connection may serve another request. */
const LINGER_MS = 5000;

/**
 * Makes `handler` answer a server's requests, in place of its other listeners. What the parser refuses is answered with a
 * problem document.
 */
export function answerBy(server: Server, handler: Handler, options: AnsweringOptions = {}): Answering {
  const { limit, cors, ending, endingStatus = 503, close = () => stopAccepting(server) } = options;
  const underWay = new Bag<ServerResponse>();
  let isEnding = false;

  function left(this: ServerResponse): void {
    underWay.delete(this);
    if (isEnding && underWay.size === 0) hangUp();
  }

  /** Closes idle connections now, and after a moment those that have sent half a request or nothing at all. */
  function hangUp(): void {
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), LAST_WORDS_MS).unref();
  }

  /** Refuses a request before anything of it is read, verified or logged. */
  function refuse(
    req: IncomingMessage,
    res: ServerResponse,
    problem: Problem,
    status = problem.status,
  ): void {
    if (res.headersSent) return;
    // Node reads an unwanted body to its end, however slowly it arrives.
    res.once('finish', () => {
      if (req.complete) return;
      const hangUp = setTimeout(() => req.socket.destroy(), LINGER_MS).unref();
      req.once('close', () => clearTimeout(hangUp));
    });
    const { origin, 'x-request-id': given } = req.headers;
    const requestId = requestIdOf(given);
    send(res, problemAnswer(problem, requestId, status), requestId, cors?.headers(origin));
  }

  server.removeAllListeners('request');
  answerClientErrors(server, cors);
  server.keepAliveTimeoutBuffer = KEEP_ALIVE_BUFFER_MS;
  server.on('request', (req, res) => {
    if (isEnding) {
      if (!isPreflight(req)) return refuse(req, res, shuttingDown(), endingStatus);
      res.shouldKeepAlive = false;
    } else if (limit !== undefined && !isAlways(req) && !limit.takes(underWay.size))
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
      const ended = close();
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

/**
 * Accepts no more connections, and resolves when all of them have ended. The `close` of an HTTP server would also close idle
 * connections; requests on these are still answered for now.
 */
export const stopAccepting = (server: NetServer): Promise<void> =>
  new Promise((resolve) => NetServer.prototype.close.call(server, () => resolve()));

const shuttingDown = () =>
  new Problem('shutting-down', 'This instance is ending. Send the request again.', {
    headers: { 'Retry-After': '1', Connection: 'close' },
  });

/** A preflight is cheap, and a page whose preflight is refused cannot read why. */
function isAlways(req: IncomingMessage): boolean {
  const { method, url = '' } = req;
  if (method !== 'GET' && method !== 'HEAD') return isPreflight(req);
  return url.startsWith(HEALTH) && (url.length === HEALTH.length || url[HEALTH.length] === '?');
}
