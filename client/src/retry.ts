import { type AnalysisError, ProblemError, UnexpectedAnswerError } from './errors.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_BACKOFF_MS = 10_000;
/** No `Retry-After` is followed for longer. */
const LONGEST_PAUSE_MS = 30_000;

/**
 * Milliseconds to pause after the failure number `failures` (from 1): what `Retry-After` asks for, else twice as long each time.
 * Up to a quarter is added at random, so that clients that failed together do not come back together.
 */
export function pauseAfter(failures: number, retryAfter: string | null, now = Date.now()): number {
  const backoff = Math.min(LONGEST_BACKOFF_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 10));
  const asked = retryAfterMs(retryAfter, now) ?? backoff;
  return Math.min(LONGEST_PAUSE_MS, asked) * (1 + Math.random() / 4);
}

/** `Retry-After` in milliseconds: seconds or an HTTP date (RFC 9110, section 10.2.3). */
export function retryAfterMs(value: string | null, now = Date.now()): number | undefined {
  if (value === null) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Statuses by which a gateway says that the service may answer later. */
const GATEWAY_STATUSES: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * Whether the same request may be answered differently later. A problem says so by its code: 429 and 503 were not carried
 * out, and `idempotency-in-progress` ends. The service keeps other refusals under the key and repeats them.
 */
export function mayPass(error: AnalysisError, headers: Headers): boolean {
  if (headers.get('x-should-retry') === 'false') return false;
  if (error instanceof UnexpectedAnswerError) return GATEWAY_STATUSES.has(error.status);
  if (!(error instanceof ProblemError)) return false;
  return error.status === 429 || error.status === 503 || error.code === 'idempotency-in-progress';
}
