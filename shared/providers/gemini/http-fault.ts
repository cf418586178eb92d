import * as z from 'zod';
import { parseJson } from '../../parse-json.ts';
import { retryAfterMs } from '../../retry-after.ts';
import { CallFault, type FaultKind } from './faults.ts';

/** A name of Google's own. https://google.aip.dev/193: UPPER_SNAKE_CASE, 63 characters at most. */
const name = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{0,62}$/)
  .optional()
  .catch(undefined);

/**
 * google.rpc.Status as JSON, with the details that matter here. Its message is read but never repeated: it may quote the
 * user's text, and a fault's message goes to the log. Source: https://cloud.google.com/apis/design/errors
 */
const errorBody = z.object({
  error: z.object({
    status: name,
    message: z.string().catch(''),
    details: z.array(z.object({ reason: name, retryDelay: z.string().optional() }).catch({})).catch([]),
  }),
});

const UNREADABLE: z.infer<typeof errorBody> = { error: { message: '', details: [] } };

/** What an answer other than 2xx of the generateContent API means. Google sends some errors as a list of one. */
export function httpFault(status: number, headers: Headers, body: string): CallFault {
  const json = parseJson(body);
  const { error } = errorBody.catch(UNREADABLE).parse(Array.isArray(json) ? json[0] : json);
  const reasons = error.details.flatMap(({ reason }) => reason ?? []);
  const delays = error.details.flatMap(({ retryDelay }) => durationMs(retryDelay) ?? []);
  const afterMs = delays[0] ?? retryAfterMs(headers.get('retry-after'), Date.now());
  const message = [status, error.status ?? [], ...reasons].flat().join(' ');
  const ofAccount = isOfAccount(error.status, reasons, error.message);
  return new CallFault(ofAccount ? 'misconfigured' : kindOf(status), message, { retryAfterMs: afterMs });
}

/** What Google says of a key, an account or a project with any status. https://docs.cloud.google.com/apis/design/errors, google.api.ErrorReason */
const ACCOUNT_REASONS =
  /^(API_KEY|BILLING|ACCOUNT|CONSUMER|CREDENTIALS|ACCESS_TOKEN|LOCATION|ORG_RESTRICTION|GCP_SUSPENDED|SERVICE_DISABLED|USER_PROJECT_DENIED)/;

/** 400 FAILED_PRECONDITION: the API is not free, or not to be had, where the account is. https://ai.google.dev/gemini-api/docs/troubleshooting */
const isOfAccount = (status: string | undefined, reasons: readonly string[], message: string): boolean =>
  status === 'FAILED_PRECONDITION' ||
  reasons.some((reason) => ACCOUNT_REASONS.test(reason)) ||
  /\bAPI[ _]key (?:not|expired|invalid)/i.test(message);

const KINDS: Readonly<Record<number, FaultKind>> = {
  401: 'misconfigured',
  402: 'misconfigured',
  403: 'misconfigured',
  404: 'missing',
  405: 'missing',
  408: 'unreachable',
  409: 'unreachable', // ABORTED
  410: 'missing',
  425: 'unreachable',
  429: 'throttled',
  451: 'misconfigured', // Not to be had in the account's region.
  499: 'unreachable', // CANCELLED
  501: 'missing',
};

/** Of what is not named, 4xx is about the request, and neither a redirect nor 5xx is. */
const kindOf = (status: number): FaultKind =>
  KINDS[status] ?? (status >= 400 && status < 500 ? 'refused' : 'unreachable');

/** google.protobuf.Duration as JSON: seconds with up to nine fractional digits and an `s`. */
function durationMs(duration: string | undefined): number | undefined {
  const seconds = /^(\d+(?:\.\d{1,9})?)s$/.exec(duration ?? '')?.[1];
  return seconds === undefined ? undefined : Math.ceil(Number(seconds) * 1000);
}
