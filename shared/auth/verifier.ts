import { readFile } from 'node:fs/promises';
import type { JSONWebKeySet, JWTPayload, JWTVerifyGetKey } from 'jose';
import { createLocalJWKSet, createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { KeySource, OidcConfig } from '../config.ts';

/** Verifies a bearer token. Rejects with `TokenRefused` when the token is at fault, with anything else when the keys are. */
export type TokenVerifier = (token: string) => Promise<JWTPayload>;

/** The token does not verify. `message` is for the log: it tells an attacker too much. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
}

/** Asymmetric signatures only (RFC 8725, section 3.1): with HS256 the public key would be the secret. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

/** Longer than any token an identity provider issues, shorter than what costs time to decode. */
const MAX_TOKEN_LENGTH = 16_384;

/** The keys to verify with could not be had: not the token's fault. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

/** One verifier for tenants' tokens and for those of the task queue. No tolerance for clock differences. */
export function createTokenVerifier({ issuer, audience, keys }: OidcConfig): TokenVerifier {
  const keySet = keySetOf(keys);
  const options = {
    issuer: typeof issuer === 'string' ? issuer : [...issuer],
    audience,
    algorithms: ALGORITHMS,
    requiredClaims: ['exp'],
  };
  return async (token) => {
    if (token.length > MAX_TOKEN_LENGTH) throw new TokenRefused('the token is too long');
    try {
      return (await jwtVerify(token, keySet, options)).payload;
    } catch (error) {
      if (error instanceof KeysUnavailable) throw error;
      throw new TokenRefused(error instanceof Error ? error.message : 'the token does not verify', {
        cause: error,
      });
    }
  };
}

function keySetOf(keys: KeySource): JWTVerifyGetKey {
  switch (keys.kind) {
    case 'remote':
      return remoteKeySet(keys.uri);
    case 'inline':
      return createLocalJWKSet({ keys: [...keys.jwks.keys] });
    case 'file':
      return async (header, token) => createLocalJWKSet(await keysIn(keys.path))(header, token);
  }
}

/** jose caches the keys for 10 minutes and asks again for an unknown `kid` at most every 30 seconds. */
function remoteKeySet(uri: string): JWTVerifyGetKey {
  let keySet: JWTVerifyGetKey | undefined;
  return async (header, token) => {
    try {
      // Not before there is a token: with the first one comes Node's `fetch`, which a refusal of none need not wait for.
      keySet ??= createRemoteJWKSet(new URL(uri), { cooldownDuration: 30_000, cacheMaxAge: 600_000 });
      return await keySet(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
        throw error;
      throw new KeysUnavailable(`no keys from ${uri}`, { cause: error });
    }
  };
}

async function keysIn(path: string): Promise<JSONWebKeySet> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    // Before the first `npm start` there is no issuer, and so no token that it could have signed.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { keys: [] };
    throw new KeysUnavailable(`no keys in ${path}`, { cause: error });
  }
}
