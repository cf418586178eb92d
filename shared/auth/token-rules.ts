import type { JWTPayload } from 'jose';

/** Longer than any token an identity provider issues, shorter than what costs time to decode. */
const MAX_TOKEN_LENGTH = 16_384;

/**
 * Refuses what is not the one spelling of a signed token: three parts in base64url without padding (RFC 7515, sections 2
 * and 7.1). Node's decoder, which jose uses, would take padding and white space too.
 */
export function refuseForm(token: string): void {
  if (token.length > MAX_TOKEN_LENGTH) throw new Error('the token is too long');
  const signature = /^[\w-]+\.[\w-]+\.(?<signature>[\w-]+)$/.exec(token)?.groups?.['signature'];
  if (signature === undefined) throw new Error('the token is not three parts in base64url');
  // Bits of the last character that no byte takes (RFC 4648, section 3.5). The other parts are signed as they are spelt.
  if (Buffer.from(signature, 'base64url').toString('base64url') !== signature)
    throw new Error('the signature is not spelt as base64url is');
}

/**
 * Types of a token that is sent as a bearer token: none, `JWT` (RFC 7519, section 5.1), an access token (RFC 9068,
 * section 2.1). An issuer signs others with the same keys: logout tokens, proofs of possession, security events,
 * introspection and authorization responses. RFC 8725, section 3.11, has them named so that they are not taken here.
 */
const BEARER_TYPES = ['jwt', 'at+jwt'];

export function refuseType(typ: unknown): void {
  if (typ === undefined) return;
  // A media type, whose `application/` may be left out (RFC 7515, section 4.1.9).
  const name = typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : '';
  if (!BEARER_TYPES.includes(name)) throw new Error('the token is of another type than a bearer token');
}

/** The last second that a `Date` can have (ECMA-262, section 21.4.1.1). */
const LAST_SECOND = 8.64e12;

/** Refuses a verified token whose times no date can have, or which tells of an event. */
export function refuseClaims({ exp, nbf, iat, events }: JWTPayload): void {
  for (const time of [exp, nbf, iat]) {
    // `1e999` is JSON, and is read as Infinity.
    if (time !== undefined && !(Math.abs(time) <= LAST_SECOND))
      throw new Error('a time in the token is none that a date can have');
  }
  // A security event, as a logout is one, from an issuer that gives them no type (RFC 8417, sections 2.2 and 4.6).
  if (typeof events === 'object' && events !== null && !Array.isArray(events))
    throw new Error('the token tells of an event');
}
