import type { IncomingMessage } from 'node:http';

/**
 * Every value that was sent of a header, in order; `name` in lower case. Node's `headersDistinct` would sort all headers
 * into lists for it.
 */
export function headerValues({ rawHeaders }: IncomingMessage, name: string): string[] {
  const values: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const sent = rawHeaders[at] ?? '';
    if (sent.length === name.length && sent.toLowerCase() === name) values.push(rawHeaders[at + 1] ?? '');
  }
  return values;
}
