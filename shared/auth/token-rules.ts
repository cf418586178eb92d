import type { JWTPayload } from 'jose';

/** Longer than any token that identity providers issue, and short enough to decode quickly. */
const MAX_TOKEN_LENGTH = 16_384;

/**
 * What Cloud Run puts in place of the signature of a token that it has checked itself. Such a token proves nothing here.
 * Source: https://cloud.google.com/run/docs/troubleshooting#signature-removed
 */
const REMOVED = '.SIGNATURE_REMOVED_BY_GOOGLE';

/** `message` is for those who deploy the service. */
export class SignatureRemoved extends Error {
  override readonly name = 'SignatureRemoved';
}

/**
 * Refuses a token that is not three parts in base64url without padding (RFC 7515, sections 2 and 7.1). Node's decoder,
 * which jose uses, would also accept padding and white space.
 */
export function refuseForm(token: string): void {
  if (token.length > MAX_TOKEN_LENGTH) throw new Error('the token is too long');
  if (token.endsWith(REMOVED))
    throw new SignatureRemoved(
      'Cloud Run checked this token itself and removed its signature, so it cannot be verified here. ' +
        'Deploy the service with --no-invoker-iam-check.',
    );
  const signature = /^[\w-]+\.[\w-]+\.(?<signature>[\w-]+)$/.exec(token)?.groups?.['signature'];
  if (signature === undefined) throw new Error('the token is not three parts in base64url');
  // The unused bits of the signature's last character must be zero (RFC 4648, section 3.5). The other parts are signed.
  if (Buffer.from(signature, 'base64url').toString('base64url') !== signature)
    throw new Error('the signature is not spelt as base64url is');
}

/**
 * The types of token that count as bearer tokens: no type, `JWT` (RFC 7519, section 5.1), or an access token (RFC 9068,
 * section 2.1). An issuer signs others with the same keys: logout tokens, proofs of possession, security events,
 * introspection and authorization responses. Their `typ` tells them apart (RFC 8725, section 3.11).
 */
const BEARER_TYPES = ['jwt', 'at+jwt'];

export function refuseType(typ: unknown): void {
  if (typ === undefined) return;
  // A media type, whose `application/` may be left out (RFC 7515, section 4.1.9).
  const name = typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : '';
  if (!BEARER_TYPES.includes(name)) throw new Error('the token is of another type than a bearer token');
}

/** The last second that a `Date` can represent (ECMA-262, section 21.4.1.1). */
const LAST_SECOND = 8.64e12;

/** Refuses a verified token with a time that no `Date` can represent, and a security event. */
export function refuseClaims({ exp, nbf, iat, events }: JWTPayload): void {
  for (const time of [exp, nbf, iat]) {
    // `1e999` is JSON, and is read as Infinity.
    if (time !== undefined && !(Math.abs(time) <= LAST_SECOND))
      throw new Error('a time in the token is none that a date can have');
  }
  // A security event, such as a logout, of an issuer that does not set `typ` (RFC 8417, sections 2.2 and 4.6).
  if (typeof events === 'object' && events !== null && !Array.isArray(events))
    throw new Error('the token tells of an event');
}
