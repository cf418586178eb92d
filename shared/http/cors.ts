import type { IncomingMessage } from 'node:http';
import type { Answer } from './route.ts';

type Fields = Readonly<Record<string, string>>;

/**
 * Lets web pages of other origins call the service (Fetch standard, section 3.3, https://fetch.spec.whatwg.org/#http-cors-protocol).
 * Callers bring bearer tokens and no cookies, so `Access-Control-Allow-Credentials` is never sent.
 */
export interface Cors {
  /** The headers of every answer to a request with this `Origin`, whatever its status. */
  headers(origin: string | undefined): Fields;
}

/** What a page may read of an answer, besides the headers that Fetch always shows. */
const EXPOSED = [
  'Location',
  'Retry-After',
  'ETag',
  'X-Request-Id',
  'Idempotent-Replayed',
  'Preference-Applied',
  'RateLimit',
  'RateLimit-Policy',
  'WWW-Authenticate',
].join(', ');

const ALLOWED = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'Prefer',
  'If-None-Match',
  'Last-Event-ID',
  'X-Request-Id',
].join(', ');

/** More than any resource has. A page that takes the wrong method is to read the 405, and not only that its request failed. */
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';

/** Seconds. Chromium keeps an answer to a preflight no longer. */
const MAX_AGE = '7200';

/** `origins` are those whose pages may read answers; `*` is any. */
export function createCors(origins: '*' | readonly string[]): Cors {
  if (origins === '*') {
    const toAll = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': EXPOSED };
    return { headers: () => toAll };
  }
  const toNobody = { Vary: 'Origin' };
  const toOne = new Map(
    origins.map((origin) => [
      origin,
      { ...toNobody, 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': EXPOSED },
    ]),
  );
  return { headers: (origin = '') => toOne.get(origin) ?? toNobody };
}

/** Whether a browser asks if a page may send a request (Fetch standard, section 3.3.2). */
export const isPreflight = ({ method, headers }: IncomingMessage): boolean =>
  method === 'OPTIONS' &&
  headers.origin !== undefined &&
  headers['access-control-request-method'] !== undefined;

/**
 * The answer to a preflight of any path, so that a page can also read that there is nothing at one. A browser sends no token
 * with it. Whether the page's origin is allowed is said by `Cors.headers`.
 */
export const preflightAnswer: Answer = {
  status: 204,
  headers: {
    'Access-Control-Allow-Methods': METHODS,
    'Access-Control-Allow-Headers': ALLOWED,
    'Access-Control-Max-Age': MAX_AGE,
  },
  quiet: true,
};
