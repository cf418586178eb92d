import { type Answered, asked, type Rule, TERMINAL } from '../facts.ts';
import type { Answer } from '../history.ts';

const SECONDS = /^[1-9]\d*$/;
const RATE_LIMIT = /^"requests";r=(\d+);t=(\d+)$/;
const RATE_LIMIT_POLICY = /^"requests";q=(\d+);w=60$/;

const broken = (
  name: string,
  isBroken: (answer: Answer, exchange: Answered) => boolean,
  header: string,
): Rule => ({
  name,
  breaches: ({ answered }) =>
    answered
      .filter((exchange) => isBroken(exchange.answer, exchange))
      .map((exchange) => `${asked(exchange)}: ${exchange.answer.status} ${exchange.answer.headers[header]}`),
});

/** One operation that is not over yet. */
const isUnfinished = ({ action, answer: { seen } }: Answered): boolean =>
  action !== 'list' && seen.length === 1 && !TERMINAL.has(seen[0]?.status ?? '');

export const location = broken(
  'not told where to poll',
  ({ status, headers, poll_url, seen }) => {
    const due = status === 202 ? `/v1/operations/${seen[0]?.id}` : undefined;
    return headers['location'] !== due || poll_url !== due;
  },
  'location',
);

export const retryAfter = broken(
  'not told when to come again',
  ({ status, code, headers }, exchange) => {
    const due = isUnfinished(exchange) || status === 503 || code === 'idempotency-in-progress';
    return due && !SECONDS.test(headers['retry-after'] ?? '');
  },
  'retry-after',
);

export const noRetryAfter = broken(
  'told to come again to what has ended',
  ({ status, headers }, exchange) =>
    status < 300 && !isUnfinished(exchange) && headers['retry-after'] !== undefined,
  'retry-after',
);

/** What cannot be served is refused before it is charged. */
export const rateLimit = broken(
  'not told what is left of the quota',
  ({ status, headers }) => {
    const [, quota] = RATE_LIMIT_POLICY.exec(headers['ratelimit-policy'] ?? '') ?? [];
    const [, remaining, reset] = RATE_LIMIT.exec(headers['ratelimit'] ?? '') ?? [];
    const isTold = quota !== undefined && Number(remaining) < Number(quota) && Number(reset) <= 60;
    return status < 500 && !isTold;
  },
  'ratelimit',
);

export const requestId = broken(
  'answered with the id of another request',
  ({ headers }, { request }) => headers['x-request-id'] !== request,
  'x-request-id',
);
