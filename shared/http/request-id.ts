import { randomUUID } from 'node:crypto';

/** The id of a request: the one that came with it if it is harmless in a log and in a header, else a new one. */
export const requestIdOf = (header: string | string[] | undefined): string =>
  typeof header === 'string' && /^[A-Za-z0-9._-]{1,128}$/.test(header) ? header : randomUUID();
