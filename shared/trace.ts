import { randomBytes } from 'node:crypto';

const TRACEPARENT =
  /^00-(?<trace>(?!0{32})[0-9a-f]{32})-(?<span>(?!0{16})[0-9a-f]{16})-(?<flags>[0-9a-f]{2})$/;

/**
 * The W3C trace context to work under: the incoming one, or a new one where it is absent or not version 00.
 * Source: W3C Trace Context, section 3.2.
 */
export const traceparentOf = (header: string | undefined): string =>
  header !== undefined && TRACEPARENT.test(header)
    ? header
    : `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;

/**
 * The fields by which Cloud Logging shows lines of one trace together.
 * Source: https://cloud.google.com/logging/docs/structured-logging#special-payload-fields
 */
export function traceFields(traceparent: string, project: string | undefined): Record<string, string> {
  const { trace, span } = TRACEPARENT.exec(traceparent)?.groups ?? {};
  if (trace === undefined || span === undefined) return {};
  return {
    'logging.googleapis.com/trace': project === undefined ? trace : `projects/${project}/traces/${trace}`,
    'logging.googleapis.com/spanId': span,
  };
}
