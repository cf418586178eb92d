import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { errors, jwtVerify } from 'jose';
import type { OidcConfig } from '../config.ts';
import type { Log } from '../log.ts';
import { type IssuerKeys, KeysUnavailable } from './issuer-keys.ts';
import { openIssuerKeys } from './open-issuer-keys.ts';
import { refuseClaims, refuseForm, refuseType } from './token-rules.ts';

/** Verifies a bearer token. Rejects with `TokenRefused` when the token is at fault, with `KeysUnavailable` when no keys can be had. */
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

/** One verifier for tenants' tokens and for those of the task queue. No tolerance for clock differences. */
export function createTokenVerifier(
  { issuer, audience, keys }: OidcConfig,
  log?: Pick<Log, 'warn'>,
): TokenVerifier {
  const find = finder(openIssuerKeys(keys, log));
  const options = {
    issuer: typeof issuer === 'string' ? issuer : [...issuer],
    audience,
    algorithms: ALGORITHMS,
    requiredClaims: ['exp'],
  };
  return async (token) => {
    try {
      refuseForm(token);
      const { payload } = await jwtVerify(token, find, options);
      refuseClaims(payload);
      return payload;
    } catch (error) {
      if (error instanceof KeysUnavailable) throw error;
      throw new TokenRefused(error instanceof Error ? error.message : 'the token does not verify', {
        cause: error,
      });
    }
  };
}

/** Finds the key of a token: among those that are known, then among newer ones. */
const finder =
  (keys: IssuerKeys): JWTVerifyGetKey =>
  async (header, token) => {
    refuseType(header.typ);
    const current = await keys.current();
    try {
      return await current.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      return (await keys.renewed()).find(header, token);
    }
  };
