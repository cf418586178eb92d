import { randomUUID } from 'node:crypto';

/** Version 00 of a trace id of 32 digits, a span id of 16 and flags, none of the ids being 0. */
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
const TRACE = [3, 35] as const;
const SPAN = [36, 52] as const;

/** The incoming trace context, unless it is sent several times or not of version 00. */
export const incomingTraceparent = (header: string | readonly string[] | undefined): string | undefined =>
  typeof header === 'string' && TRACEPARENT.test(header) ? header : undefined;

/**
 * The W3C trace context to work under: the incoming one, or a new one.
 * Source: W3C Trace Context, section 3.2.
 */
export const traceparentOf = (header: string | readonly string[] | undefined): string =>
  incomingTraceparent(header) ??
  // Of Node's ways to random hexadecimals the quickest; never 0, since a UUID names its version.
  `00-${randomUUID().replaceAll('-', '')}-${randomUUID().replaceAll('-', '').slice(0, 16)}-01`;

/**
 * The fields by which Cloud Logging shows lines of one trace together.
 * Source: https://cloud.google.com/logging/docs/structured-logging#special-payload-fields
 */
export function traceFields(traceparent: string, project: string | undefined): Record<string, string> {
  if (!TRACEPARENT.test(traceparent)) return {};
  const trace = traceparent.slice(...TRACE);
  return {
    'logging.googleapis.com/trace': project === undefined ? trace : `projects/${project}/traces/${trace}`,
    'logging.googleapis.com/spanId': traceparent.slice(...SPAN),
  };
}
