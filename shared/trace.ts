import { randomUUID } from 'node:crypto';

/** Version 00: a trace id of 32 digits, a span id of 16, and flags. Neither id is 0. */
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
const TRACE = [3, 35] as const;
const SPAN = [36, 52] as const;

/** The incoming trace context; `undefined` if it was sent several times or is not of version 00. */
export const incomingTraceparent = (header: string | readonly string[] | undefined): string | undefined =>
  typeof header === 'string' && TRACEPARENT.test(header) ? header : undefined;

/**
 * The W3C trace context to work under: the incoming one, or a new one.
 * Source: W3C Trace Context, section 3.2.
 */
export const traceparentOf = (header: string | readonly string[] | undefined): string =>
  incomingTraceparent(header) ?? newTraceparent();

function newTraceparent(): string {
  // The quickest source of random hexadecimal digits in Node. Its variant is in the second half, so no id is 0.
  const trace = randomUUID().replaceAll('-', '');
  return `00-${trace}-${trace.slice(16)}-01`;
}

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
