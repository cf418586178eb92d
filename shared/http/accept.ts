const EVENT_STREAM = 'text/event-stream';
const JSON_TYPE = 'application/json';

/**
 * Whether a client asks for events: `Accept` names them, and nothing in it gives JSON a higher quality. JSON that is named too
 * wins at the same quality; a range such as `*\/*` does not (RFC 9110, section 12.5.1).
 */
export function prefersEvents(accept: readonly string[]): boolean {
  const quality = new Map<string, number>();
  for (const element of accept.join(',').toLowerCase().split(',')) {
    const [type = '', ...parameters] = element.split(';').map((part) => part.trim());
    const q = parameters.find((parameter) => /^q\s*=/.test(parameter))?.replace(/^q\s*=\s*/, '') ?? '1';
    quality.set(type, Number(q) || 0);
  }
  const events = quality.get(EVENT_STREAM) ?? 0;
  const json = quality.get(JSON_TYPE);
  if (json !== undefined) return events > json;
  return events > 0 && events >= (quality.get('application/*') ?? quality.get('*/*') ?? 0);
}
