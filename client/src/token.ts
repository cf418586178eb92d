import type { Call } from './call.ts';
import { TokenError } from './errors.ts';

/** Asks for a token. `refused` is the one that the service has just answered with 401: a new one is needed. */
export type TokenSource = (asked: {
  readonly refused?: string;
  readonly signal: AbortSignal;
}) => string | Promise<string>;

/** @throws {TokenError} */
export async function tokenOf(source: string | TokenSource, call: Call, refused?: string): Promise<string> {
  const token = await askFor(source, call, refused);
  // What the platform says of a header that it cannot send would name the token.
  if (typeof token === 'string' && /^[\x21-\x7e]+$/.test(token)) return token;
  throw new TokenError('The token is not one that a header can carry.', call.context());
}

async function askFor(source: string | TokenSource, call: Call, refused?: string): Promise<string> {
  if (typeof source === 'string') return source;
  try {
    return await source({ ...(refused !== undefined && { refused }), signal: call.signal });
  } catch (cause) {
    throw new TokenError('The token could not be had.', { ...call.context(), cause });
  }
}
