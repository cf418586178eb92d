const EVENT_STREAM = 'text/event-stream';
const JSON_TYPE = 'application/json';

/**
 * Whether a client asks for events: `Accept` names them, and does not name JSON with the same or a higher quality. A range
 * such as `*\/*` names neither (RFC 9110, section 12.5.1).
 */
export function prefersEvents(accept: readonly string[]): boolean {
  const quality = new Map<string, number>();
  for (const element of accept.join(',').toLowerCase().split(',')) {
    const [type = '', ...parameters] = element.split(';').map((part) => part.trim());
    const q = parameters.find((parameter) => /^q\s*=/.test(parameter))?.replace(/^q\s*=\s*/, '') ?? '1';
    quality.set(type, Number(q) || 0);
  }
  return (quality.get(EVENT_STREAM) ?? 0) > (quality.get(JSON_TYPE) ?? 0);
}
