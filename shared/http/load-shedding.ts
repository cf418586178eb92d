import { subscribe } from 'node:diagnostics_channel';
import { type IncomingMessage, Server, type ServerResponse } from 'node:http';
import { Problem } from '../errors.ts';
import type { Log } from '../log.ts';
import { SATURATED_SHARE } from '../quota/concurrent.ts';
import { rawRequest } from './raw-request.ts';
import { requestIdOf } from './request-id.ts';
import { problemAnswer, send } from './respond.ts';

/** How many requests a process has under way, and whether it takes one more. */
export interface LoadLimit {
  readonly underWay: number;
  /** Takes a place for the request, to be given back by what is returned; `undefined`: it is to be shed. */
  enter(): (() => void) | undefined;
}

export interface LoadLimitOptions {
  /** Requests under way at once, whatever they wait for. */
  readonly most: number;
  readonly log: Pick<Log, 'warn'>;
  /** Whether the process has been computing without a pause. */
  readonly saturated?: () => boolean;
}

const LOG_EVERY_MS = 1000;

/**
 * Up to `most` requests, which may all be waiting. While the event loop has not been idle, they are waiting for each
 * other: a longer queue would be answered no sooner, so that a quarter is the most.
 */
export function createLoadLimit({
  most,
  log,
  saturated = eventLoopSaturation(),
}: LoadLimitOptions): LoadLimit {
  const few = Math.max(1, Math.floor(most * SATURATED_SHARE));
  let underWay = 0;
  let shed = 0;
  // One line for many: under overload a line for each would be a load of its own.
  const report = () => {
    log.warn({ outcome: 'shed', shed, under_way: underWay }, 'overloaded');
    shed = 0;
  };
  return {
    get underWay() {
      return underWay;
    },
    enter() {
      if (underWay >= most || (underWay >= few && saturated())) {
        shed += 1;
        if (shed === 1) setTimeout(report, LOG_EVERY_MS).unref();
        return undefined;
      }
      underWay += 1;
      return () => {
        underWay -= 1;
      };
    },
  };
}

const SAMPLE_MS = 1000;
const FULL = 0.98;

/**
 * Whether the event loop was all but never idle for the last second or more. Asked for lazily: what comes to a process
 * that was idle until now finds it not so, and a burst is taken.
 * Source: https://nodejs.org/docs/latest-v24.x/api/perf_hooks.html#performanceeventlooputilizationutilization1-utilization2
 */
export function eventLoopSaturation(): () => boolean {
  let since = performance.eventLoopUtilization();
  let at = performance.now();
  let full = false;
  return () => {
    if (performance.now() - at >= SAMPLE_MS) {
      full = performance.eventLoopUtilization(since).utilization >= FULL;
      since = performance.eventLoopUtilization();
      at = performance.now();
    }
    return full;
  };
}

const RETRY_AFTER_S = '2';
/** What is still coming of a body when its request has been shed gets so long, as the connection may serve again. */
const LINGER_MS = 5000;
const ALWAYS = '/v1/health';

const limited = new WeakSet<Server>();

/**
 * Answers what `limit` does not take with 503, before any listener of the server sees it: nothing has been parsed, read
 * or verified by then. Whether the process is alive is answered always.
 */
export function shedLoad(server: Server, limit: LoadLimit): void {
  if (limited.has(server)) return;
  limited.add(server);
  const listeners = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (req, res) => {
    if (!isAlways(req)) {
      const leave = limit.enter();
      if (leave === undefined) return refuse(req, res);
      res.once('close', leave);
    }
    for (const listener of listeners) Reflect.apply(listener, server, [req, res]);
    return undefined;
  });
}

function isAlways(req: IncomingMessage): boolean {
  const { target } = rawRequest(req);
  return (req.method === 'GET' || req.method === 'HEAD') && target.split('?', 1)[0] === ALWAYS;
}

function refuse(req: IncomingMessage, res: ServerResponse): void {
  const requestId = requestIdOf(rawRequest(req).headers['x-request-id']);
  const problem = new Problem(
    'overloaded',
    'The service has as much to do as it can. Send the request again.',
    {
      headers: { 'Retry-After': RETRY_AFTER_S },
    },
  );
  // Node reads a body that nobody wanted to its end, however slowly it comes.
  res.once('finish', () => {
    if (req.complete) return;
    const hangUp = setTimeout(() => req.socket.destroy(), LINGER_MS).unref();
    req.once('close', () => clearTimeout(hangUp));
  });
  send(res, problemAnswer(problem, requestId), requestId);
}

let ofProcess: LoadLimit | undefined;

/** Sheds the load of every server that this process comes to listen with. */
export function shedLoadOfProcess(limit: LoadLimit): void {
  ofProcess = limit;
}

subscribe('tracing:net.server.listen:asyncStart', (message) => {
  const { server } = message as { server: unknown };
  if (ofProcess !== undefined && server instanceof Server) shedLoad(server, ofProcess);
});
