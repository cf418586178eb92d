import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Authenticators, admit } from '../auth/authenticate.ts';
import { TokenRefused } from '../auth/token-refused.ts';
import { ClientGone, Problem } from '../errors.ts';
import type { Log } from '../log.ts';
import type { ConcurrentQuota } from '../quota/concurrent.ts';
import type { Quota } from '../quota/quota.ts';
import { type Cors, isPreflight, preflightAnswer } from './cors.ts';
import { refuseHost } from './host.ts';
import { IncomingCall } from './incoming-call.ts';
import { chargeRequest, tooManyAtOnce } from './rate-limit.ts';
import { problemAnswer, problemOf, send } from './respond.ts';
import { type Answer, compileRoutes, type FindRoute, type Match, type Route } from './route.ts';
import { sendStream } from './send-stream.ts';

export interface HandlerOptions {
  readonly routes: readonly Route[];
  readonly authenticators: Authenticators;
  /** Limits the requests that a tenant may send. */
  readonly quota: Pick<Quota, 'rate'>;
  /** Limits the requests that a tenant may have under way. Without it there is no such limit. */
  readonly concurrent?: ConcurrentQuota | undefined;
  /** Limits the streams among them. */
  readonly streams?: ConcurrentQuota | undefined;
  /** Without it, only pages of the service's own origin can read its answers. */
  readonly cors?: Cors | undefined;
  readonly log: Log;
  /** Google Cloud project, for the trace's name in the log. */
  readonly project: string | undefined;
  /** Aborted when the server begins to end, so that nobody waits any more. */
  readonly ending?: AbortSignal | undefined;
}

export type Handler = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

/** The fields of a request's log line, as far as they are known. */
type Fields = Record<string, unknown>;

/** Makes the handler of one function. It finds the route, admits the caller, answers, writes one log line, and never rejects. */
export function createHandler(options: HandlerOptions): Handler {
  const { log, project, ending, cors } = options;
  const find = compileRoutes(options.routes);
  return async (req, res) => {
    const started = performance.now();
    const call = new IncomingCall(req, res, ending);
    const { requestId } = call;
    const fields: Fields = { request_id: requestId, method: req.method };
    /** Headers of every answer to this request. */
    const headers: Record<string, string> = { ...cors?.headers(req.headers.origin) };
    const places = new Places();
    let outcome: string | undefined;
    /** A stream that fails is cut off, so that its client does not take it for complete. */
    const cut = (error: unknown) => {
      outcome = 'error';
      res.destroy();
      log.error({ err: error, ...fields }, 'internal-error');
    };
    let answer: Answer;
    try {
      refuseHost(req);
      if (cors !== undefined && isPreflight(req)) answer = preflightAnswer;
      else {
        const { route, params } = matching(find, req.method ?? 'GET', call.path());
        fields['route'] = route.path;
        call.params = params;
        answer = await answered(route, call, options, fields, headers, places);
      }
    } catch (error) {
      if (error instanceof ClientGone) {
        const gone = { outcome: 'client-gone', duration_ms: since(started) };
        log.info({ ...fields, ...call.traceFields(project), ...gone }, 'request');
        places.leave();
        return;
      }
      const problem = problemOf(error);
      if (REPLAYED in problem.headers) fields['replayed'] = true;
      Object.assign(fields, call.traceFields(project));
      if (problem.cause instanceof TokenRefused) fields['reason'] = problem.cause.message;
      report(log, problem, fields);
      answer = problemAnswer(problem, requestId);
    }
    // The client has gone, or the server has ended and answered itself.
    if (!res.destroyed && !res.headersSent) {
      const { stream } = answer;
      if (stream === undefined || req.method === 'HEAD') send(res, answer, requestId, headers);
      else if ((await sendStream(res, { ...answer, stream }, requestId, headers).catch(cut)) === false)
        outcome = 'client-gone';
    }
    places.leave();
    fields['outcome'] = outcome ?? outcomeOf(answer.status);
    const last = { status: answer.status, duration_ms: since(started) };
    Object.assign(fields, call.traceFields(project), answer.log, last);
    log[answer.quiet === true ? 'debug' : 'info'](fields, 'request');
  };
}

const outcomeOf = (status: number): string => (status < 400 ? 'ok' : status < 500 ? 'refused' : 'error');

const REPLAYED = 'Idempotent-Replayed';

/** Logs the cause of a problem: a fault as it is, a refusal for debugging only. */
function report(log: Log, problem: Problem, fields: Fields): void {
  if (problem.status < 500) {
    if (problem.cause !== undefined) log.debug({ err: problem.cause, ...fields }, problem.code);
    return;
  }
  // A replayed fault was logged when it happened.
  if (REPLAYED in problem.headers) return;
  // A refusing model, and a store or identity provider that is away, are not faults of this code.
  const level = problem.code === 'internal-error' ? 'error' : 'warn';
  log[level]({ err: problem.cause ?? problem, ...fields }, problem.code);
}

async function answered(
  route: Route,
  call: IncomingCall,
  { authenticators, quota, concurrent, streams }: HandlerOptions,
  fields: Fields,
  headers: Record<string, string>,
  places: Places,
): Promise<Answer> {
  call.principal = await admit(route.access, call.headerValues('authorization'), authenticators);
  if (route.access === 'public' || route.access === 'task-queue') return route.handle(call);
  if (!call.isOfTenant()) throw new Error('a tenant route was reached without a tenant');
  const { tenant_id } = call.principal;
  fields['tenant_id'] = tenant_id;
  // Before the body is read, so that a refusal costs no more than the token's verification.
  const charged = chargeRequest(quota.rate, tenant_id);
  Object.assign(headers, charged.fields);
  if (charged.refusal !== undefined) throw charged.refusal;
  places.enter(concurrent, tenant_id);
  const answer = await route.handle(call);
  if (answer.stream !== undefined) places.enter(streams, tenant_id);
  return answer;
}

/** What a request takes of its tenant's quotas of requests under way, until it is answered. */
class Places {
  readonly #leaves: (() => void)[] = [];

  /** @throws {Problem} `rate-limited` */
  enter(quota: ConcurrentQuota | undefined, tenant_id: string): void {
    const leave = quota?.enter(tenant_id);
    if (leave !== undefined) this.#leaves.push(leave);
    else if (quota !== undefined) throw tooManyAtOnce(quota);
  }

  leave(): void {
    for (const leave of this.#leaves) leave();
  }
}

function matching(find: FindRoute, method: string, path: string): Match {
  const match = find(method, path);
  if (match === undefined) throw new Problem('not-found', 'There is nothing at this path.');
  if ('route' in match) return match;
  const Allow = match.allow.join(', ');
  throw new Problem('method-not-allowed', `This resource takes ${Allow}.`, { headers: { Allow } });
}

const since = (started: number): number => Math.round(performance.now() - started);
