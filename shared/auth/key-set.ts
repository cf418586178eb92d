import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';

/** The public keys of an issuer at one time. */
export interface KeySet {
  /** The key that a token's header names. Each key is imported once. Rejects with jose's `JWKSNoMatchingKey` if there is none. */
  readonly find: JWTVerifyGetKey;
  /** The keys as JSON. Two sets with equal JSON are equal. */
  readonly text: string;
}

/**
 * Reads the keys of a JSON Web Key Set that can verify signatures, and ignores the others (RFC 7517, section 5).
 * @throws {Error} `jwks` is no key set, or none of its keys can be used
 */
export function keySetOf(jwks: unknown): KeySet {
  if (!isObject(jwks) || !Array.isArray(jwks['keys'])) throw new Error('not a JSON Web Key Set (RFC 7517)');
  const keys = jwks['keys'].filter(isUsable);
  if (keys.length === 0) throw new Error('no public RSA, EC or Ed25519 key for signatures in the key set');
  return assemble({ keys });
}

/** The keys of an issuer that has none yet. */
export const NO_KEYS: KeySet = assemble({ keys: [] });

function assemble(jwks: JSONWebKeySet): KeySet {
  // Some issuers list their keys in another order each time.
  const text = jwks.keys
    .map((key) => JSON.stringify(key))
    .sort()
    .join();
  return { find: createLocalJWKSet(jwks), text };
}

const CURVES: Readonly<Record<string, readonly string[]>> = {
  EC: ['P-256', 'P-384', 'P-521'],
  OKP: ['Ed25519'],
};

function isUsable(key: unknown): key is JsonWebKey {
  if (!isObject(key)) return false;
  const { kty, crv, use } = key;
  if (use !== undefined && use !== 'sig') return false;
  if (kty !== 'RSA' && !CURVES[String(kty)]?.includes(String(crv))) return false;
  // A key set that publishes a private key lets everybody sign.
  if ('d' in key) return false;
  try {
    createPublicKey({ key, format: 'jwk' });
    return true;
  } catch {
    return false;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
