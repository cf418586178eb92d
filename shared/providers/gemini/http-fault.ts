import * as z from 'zod';
import { retryAfterMs } from '../../retry-after.ts';
import { CallFault, type FaultKind } from './faults.ts';

/** A name of Google's own. https://google.aip.dev/193: UPPER_SNAKE_CASE, 63 characters at most. */
const name = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{0,62}$/)
  .optional()
  .catch(undefined);

/**
 * https://cloud.google.com/apis/design/errors: google.rpc.Status as JSON, of which only these details matter here. Its
 * message is left out: it may repeat what was sent, and a fault's message goes to the log.
 */
const errorBody = z.object({
  error: z.object({
    status: name,
    details: z.array(z.object({ reason: name, retryDelay: z.string().optional() }).catch({})).catch([]),
  }),
});

const UNREADABLE: z.infer<typeof errorBody> = { error: { details: [] } };

/** What an answer other than 2xx of the generateContent API means. */
export function httpFault(status: number, headers: Headers, body: string): CallFault {
  const { error } = errorBody.catch(UNREADABLE).parse(parseJson(body));
  const reasons = error.details.flatMap(({ reason }) => reason ?? []);
  const delays = error.details.flatMap(({ retryDelay }) => durationMs(retryDelay) ?? []);
  const afterMs = delays[0] ?? retryAfterMs(headers.get('retry-after'), Date.now());
  const message = [status, error.status ?? [], ...reasons].flat().join(' ');
  return new CallFault(kindOf(status, reasons), message, { retryAfterMs: afterMs });
}

function kindOf(status: number, reasons: readonly string[]): FaultKind {
  if (reasons.some((reason) => reason.startsWith('API_KEY_'))) return 'misconfigured';
  if (status === 401 || status === 403) return 'misconfigured';
  if (status === 404) return 'missing';
  if (status === 429) return 'throttled';
  return status === 408 || status >= 500 ? 'unreachable' : 'refused';
}

/** google.protobuf.Duration as JSON: seconds with up to nine fractional digits and an `s`. */
function durationMs(duration: string | undefined): number | undefined {
  const seconds = /^(\d+(?:\.\d{1,9})?)s$/.exec(duration ?? '')?.[1];
  return seconds === undefined ? undefined : Math.ceil(Number(seconds) * 1000);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
