import type { IncomingMessage } from 'node:http';

/**
 * All values of a header, in order. `name` is in lower case. Node's `headersDistinct` would make lists of all headers for
 * this.
 */
export function headerValues({ rawHeaders }: IncomingMessage, name: string): string[] {
  const values: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const sent = rawHeaders[at] ?? '';
    if (sent.length === name.length && sent.toLowerCase() === name) values.push(rawHeaders[at + 1] ?? '');
  }
  return values;
}
