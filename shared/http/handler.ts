import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Authenticators, admit } from '../auth/authenticate.ts';
import { ClientGone, Problem } from '../errors.ts';
import type { Log } from '../log.ts';
import type { ConcurrentQuota } from '../quota/concurrent.ts';
import type { Quota } from '../quota/quota.ts';
import { traceFields, traceparentOf } from '../trace.ts';
import { readJson } from './body.ts';
import { refuseHost } from './host.ts';
import { chargeRequest, tooManyAtOnce } from './rate-limit.ts';
import { requestIdOf } from './request-id.ts';
import { problemAnswer, problemOf, send } from './respond.ts';
import { type Answer, type Call, type Match, matchRoute, type Route } from './route.ts';

export interface HandlerOptions {
  readonly routes: readonly Route[];
  readonly authenticators: Authenticators;
  /** Requests a tenant may send. */
  readonly quota: Pick<Quota, 'rate'>;
  /** Requests a tenant may have under way; without, as many as the process takes. */
  readonly concurrent?: ConcurrentQuota | undefined;
  readonly log: Log;
  /** Google Cloud project, for the trace's name in the log. */
  readonly project: string | undefined;
  /** Aborted when the server ends: nobody is to wait any more. */
  readonly ending?: AbortSignal | undefined;
}

export type Handler = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

/**
 * The handler of one function: finds the route, admits the caller, answers, and writes one log line. It never
 * rejects.
 */
export function createHandler(options: HandlerOptions): Handler {
  return async (req, res) => {
    const started = performance.now();
    const { url: target = '/', headers } = req;
    const requestId = requestIdOf(headers['x-request-id']);
    const traceparent = traceparentOf(single(headers['traceparent']));
    const log = options.log.child({ request_id: requestId, ...traceFields(traceparent, options.project) });
    const fields: Record<string, unknown> = { method: req.method };
    /** Headers for the answer, whatever it will be. */
    const headersToo: Record<string, string> = {};
    let answer: Answer;
    try {
      refuseHost(req);
      const url = new URL(`http://localhost${target.startsWith('/') ? target : '/'}`);
      const match = findRoute(options.routes, req.method ?? 'GET', url.pathname);
      fields['route'] = match.route.path;
      const call = callOf(req, res, { requestId, traceparent, url, params: match.params }, options.ending);
      answer = await answered(match, call, options, fields, headersToo);
    } catch (error) {
      if (error instanceof ClientGone) {
        log.info({ ...fields, outcome: 'client-gone', duration_ms: since(started) }, 'request');
        return;
      }
      const problem = problemOf(error);
      if (REPLAYED in problem.headers) fields['replayed'] = true;
      report(log, problem, fields);
      answer = problemAnswer(problem, requestId);
    }
    // The client has gone, or the server has ended and answered itself.
    if (!res.destroyed && !res.headersSent)
      send(res, { ...answer, headers: { ...headersToo, ...answer.headers } }, requestId);
    const outcome = answer.status < 400 ? 'ok' : answer.status < 500 ? 'refused' : 'error';
    const line = { ...fields, outcome, ...answer.log, status: answer.status, duration_ms: since(started) };
    log[answer.quiet === true ? 'debug' : 'info'](line, 'request');
  };
}

const REPLAYED = 'Idempotent-Replayed';

/** Logs what a problem is made of: whole if it is a fault, for debugging if it is a refusal. */
function report(log: Log, problem: Problem, fields: object): void {
  if (problem.status < 500) {
    if (problem.cause !== undefined) log.debug({ err: problem.cause }, problem.code);
    return;
  }
  // It was logged when it happened: a client that asks again and again makes no new faults.
  if (REPLAYED in problem.headers) return;
  // A refusing model, a store or an identity provider that is away are not faults of this code.
  const level = problem.code === 'internal-error' ? 'error' : 'warn';
  log[level]({ err: problem.cause ?? problem, ...fields }, problem.code);
}

async function answered(
  { route }: Match,
  call: Call,
  { authenticators, quota, concurrent }: HandlerOptions,
  fields: Record<string, unknown>,
  headers: Record<string, string>,
): Promise<Answer> {
  const principal = await admit(route.access, call.headerValues('authorization'), authenticators);
  if (route.access === 'public' || route.access === 'task-queue') return route.handle(call);
  if (principal === undefined) throw new Error('a tenant route was reached without a tenant');
  fields['tenant_id'] = principal.tenant_id;
  // Before the body is read: a refusal costs no more than the token did.
  const charged = chargeRequest(quota.rate, principal.tenant_id);
  Object.assign(headers, charged.fields);
  if (charged.refusal !== undefined) throw charged.refusal;
  if (concurrent === undefined) return route.handle({ ...call, principal });
  const leave = concurrent.enter(principal.tenant_id);
  if (leave === undefined) throw tooManyAtOnce(concurrent);
  try {
    return await route.handle({ ...call, principal });
  } finally {
    leave();
  }
}

function findRoute(routes: readonly Route[], method: string, path: string): Match {
  const match = matchRoute(routes, method, path);
  if (match === undefined) throw new Problem('not-found', 'There is nothing at this path.');
  if ('route' in match) return match;
  const Allow = match.allow.join(', ');
  throw new Problem('method-not-allowed', `This resource takes ${Allow}.`, { headers: { Allow } });
}

function callOf(
  req: IncomingMessage,
  res: ServerResponse,
  { url, ...rest }: Pick<Call, 'requestId' | 'traceparent' | 'params'> & { url: URL },
  ending: AbortSignal | undefined,
): Call {
  return {
    ...rest,
    query: url.searchParams,
    headers: req.headers,
    headerValues: (name) => req.headersDistinct[name] ?? [],
    body: () => readJson(req),
    gone: () => goneSignal(res),
    waiting: () => {
      const gone = goneSignal(res);
      return ending === undefined ? gone : AbortSignal.any([gone, ending]);
    },
  };
}

/** A signal that is aborted when the client goes away unanswered. */
function goneSignal(res: ServerResponse): AbortSignal {
  const gone = new AbortController();
  const leave = () => gone.abort(new ClientGone());
  if (res.destroyed) leave();
  else res.once('close', () => !res.writableFinished && leave());
  return gone.signal;
}

const single = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? undefined : value;

const since = (started: number): number => Math.round(performance.now() - started);
