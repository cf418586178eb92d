import type { ServerResponse } from 'node:http';
import { PROBLEMS, Problem } from '../errors.ts';
import { StoreUnavailable } from '../operations/store/port.ts';
import type { Answer } from './route.ts';

/** Seconds after which a client may send a request again that the store could not take. */
const STORE_RETRY_AFTER_S = '5';

/** The problem document's content for an error. An unforeseen error reveals nothing. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof StoreUnavailable) {
    return new Problem('store-unavailable', 'Nothing was recorded for sure. Send the request again.', {
      headers: { 'Retry-After': STORE_RETRY_AFTER_S },
      cause: error,
    });
  }
  return new Problem('internal-error', 'The request could not be answered. It has been logged.', {
    cause: error,
  });
}

/** Makes an RFC 9457 problem document. `status` replaces that of the problem's code. */
export function problemAnswer(problem: Problem, requestId: string, status = problem.status): Answer {
  const { title } = PROBLEMS[problem.code];
  const { code, message: detail, errors } = problem;
  return {
    status,
    headers: { ...problem.headers, 'Content-Type': 'application/problem+json; charset=utf-8' },
    body: {
      type: `/problems/${code}`,
      title,
      status,
      detail,
      code,
      request_id: requestId,
      ...(errors !== undefined && { errors }),
    },
    log: { code },
  };
}

/** What all answers vary by. An answer may name more. */
const VARY = 'Authorization, Prefer';

/**
 * The headers and the body of an answer. `more` are headers of every answer to the request; the answer's own replace them.
 * No shared cache may keep an answer, because the same URL has other content for another tenant.
 */
export function messageOf(
  answer: Answer,
  requestId: string,
  more?: Readonly<Record<string, string>>,
): { headers: Record<string, string>; body: string | Buffer | undefined } {
  const headers: Record<string, string> = {
    'X-Request-Id': requestId,
    'Cache-Control': 'private, no-store',
    'X-Content-Type-Options': 'nosniff',
  };
  let body: string | Buffer | undefined;
  if (answer.body !== undefined) {
    body = Buffer.isBuffer(answer.body) ? answer.body : JSON.stringify(answer.body);
    headers['Content-Type'] = 'application/json; charset=utf-8';
    headers['Content-Length'] = String(Buffer.byteLength(body));
  }
  Object.assign(headers, more, answer.headers);
  const varies = [VARY, more?.['Vary'], answer.headers?.['Vary']];
  headers['Vary'] = varies.filter((names) => names !== undefined).join(', ');
  return { headers, body };
}

export function send(
  res: ServerResponse,
  answer: Answer,
  requestId: string,
  more?: Readonly<Record<string, string>>,
): void {
  const { headers, body } = messageOf(answer, requestId, more);
  res.writeHead(answer.status, headers).end(body);
}
