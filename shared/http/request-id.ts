import { randomUUID } from 'node:crypto';

/** The id of a request: the one that it brought if that is safe in a log and a header, else a new one. */
export const requestIdOf = (header: string | string[] | undefined): string =>
  typeof header === 'string' && /^[A-Za-z0-9._-]{1,128}$/.test(header) ? header : randomUUID();
