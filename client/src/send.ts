import type { Call } from './call.ts';
import { type AnalysisError, ConnectionError, ProblemError, UnexpectedAnswerError } from './errors.ts';
import { isProblemDocument } from './problem-codes.ts';
import { mayPass, pauseAfter, retryAfterMs } from './retry.ts';
import { timeLimit } from './time-limit.ts';
import { type TokenSource, tokenOf } from './token.ts';

/** How the service is reached. */
export interface Connection {
  readonly baseUrl: string;
  readonly token: string | TokenSource;
  readonly fetch: typeof fetch;
  /** Milliseconds after which an answer is taken for lost. */
  readonly answerWithinMs: number;
}

export interface Request {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Milliseconds that the service was asked to hold the answer back. */
  readonly heldMs?: number;
}

/** A successful answer, read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed JSON; `undefined` if the body is none. */
  readonly body: unknown;
}

/** What came of sending a request once. */
export type Outcome = { readonly answer: Answer } | Failure;

interface Failure {
  readonly error: AnalysisError;
  /** The same request may be answered differently later. */
  readonly mayPass: boolean;
  readonly retryAfter: string | null;
}

/**
 * Sends a request until it is answered. Only requests that may be carried out twice are sent here: a POST has its key.
 * @throws {ProblemError | UnexpectedAnswerError | ConnectionError | TokenError | AbortError | DeadlineError}
 */
export const send = (connection: Connection, request: Request, call: Call): Promise<Answer> =>
  retried(call, () => sendOnce(connection, request, call));

/** Repeats what failed and may pass, after a pause. @throws as `send` does */
export async function retried(call: Call, sendOne: () => Promise<Outcome>): Promise<Answer> {
  for (let failures = 1; ; failures += 1) {
    const outcome = await sendOne();
    if ('answer' in outcome) return outcome.answer;
    call.throwIfOver();
    const { error, mayPass, retryAfter } = outcome;
    const pause = pauseAfter(failures, retryAfter);
    // A pause until after the deadline is in vain, and this error says more than the deadline's.
    if (!mayPass || failures >= call.mostFailures || pause >= call.left()) throw error;
    await call.pause(pause);
  }
}

/** @throws {TokenError} */
export async function sendOnce(connection: Connection, request: Request, call: Call): Promise<Outcome> {
  const limit = timeLimit(call.signal, connection.answerWithinMs + (request.heldMs ?? 0));
  try {
    const response = await open(connection, request, call, limit.signal);
    const { headers } = response;
    const text = await answered(response.text(), call);
    const error = errorOf(response, text, call);
    if (error === undefined) return { answer: { status: response.status, headers, body: parseJson(text) } };
    return { error, mayPass: mayPass(error, headers), retryAfter: headers.get('Retry-After') };
  } catch (error) {
    if (error instanceof ConnectionError) return { error, mayPass: true, retryAfter: null };
    throw error;
  } finally {
    limit.end();
  }
}

/**
 * Sends a request once and resolves to its response, whatever the status, with the body unread. A refused token is asked for
 * anew, once.
 * @throws {ConnectionError | TokenError}
 */
export async function open(
  { baseUrl, token: source, fetch }: Connection,
  { method, path, headers: given, body }: Request,
  call: Call,
  signal: AbortSignal,
): Promise<Response> {
  const fetchWith = (token: string) => {
    const headers = new Headers(given);
    headers.set('Authorization', `Bearer ${token}`);
    if (body !== undefined) headers.set('Content-Type', 'application/json');
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    return answered(fetch(baseUrl + path, { method, headers, signal, ...content }), call);
  };
  const token = await tokenOf(source, call);
  const response = await fetchWith(token);
  if (response.status !== 401 || typeof source === 'string') return response;
  const renewed = await tokenOf(source, call, token);
  if (renewed === token) return response;
  await response.body?.cancel().catch(() => undefined);
  return fetchWith(renewed);
}

/** @throws {ConnectionError} */
export async function answered<T>(answer: Promise<T>, call: Call): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    call.unanswered += 1;
    throw new ConnectionError('The service did not answer.', { ...call.context(), cause });
  }
}

/** The error that an answer stands for, or `undefined` for a successful one. */
export function errorOf(response: Response, text: string, call: Call): AnalysisError | undefined {
  if (response.ok) return undefined;
  const body = parseJson(text);
  const context = { ...call.context(), requestId: response.headers.get('X-Request-Id') ?? undefined };
  if (isProblemDocument(body))
    return new ProblemError(body, context, retryAfterMs(response.headers.get('Retry-After')));
  return new UnexpectedAnswerError(
    response.status,
    `The answer has the status ${response.status} and is no problem that this client knows.`,
    context,
  );
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
