import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { errors, jwtVerify } from 'jose';
import type { Log } from '../log.ts';
import { KeysUnavailable } from './issuer-keys.ts';
import { NO_KEYS } from './key-set.ts';
import type { OidcConfig } from './oidc.ts';
import { openIssuerKeys } from './open-issuer-keys.ts';
import { createTokenMemory, type Verified } from './token-memory.ts';
import { TokenRefused } from './token-refused.ts';
import { refuseClaims, refuseForm, refuseType, SignatureRemoved } from './token-rules.ts';

/** Verifies a bearer token. Rejects with `TokenRefused` if the token is at fault, with `KeysUnavailable` if there are no keys. */
export type TokenVerifier = (token: string) => Promise<Readonly<JWTPayload>>;

/** Asymmetric signatures only (RFC 8725, section 3.1): with HS256 the public key would be the secret. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

/**
 * Makes the verifier of tenants' tokens, and that of the task queue's. A verified token is remembered until it expires or the
 * keys change.
 */
export function createTokenVerifier(
  { issuer, audience, keys: source, clockToleranceS = 0 }: OidcConfig,
  log?: Pick<Log, 'warn'>,
): TokenVerifier {
  const issuerKeys = openIssuerKeys(source, log);
  const memory = createTokenMemory();
  const options = {
    issuer: typeof issuer === 'string' ? issuer : [...issuer],
    audience: typeof audience === 'string' ? audience : [...audience],
    clockTolerance: clockToleranceS,
    algorithms: ALGORITHMS,
    requiredClaims: ['exp'],
  };

  async function verify(token: string): Promise<Verified> {
    refuseForm(token);
    let keys = NO_KEYS;
    const find: JWTVerifyGetKey = async (header, signed) => {
      refuseType(header.typ);
      keys = await issuerKeys.current();
      try {
        return await keys.find(header, signed);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        keys = await issuerKeys.renewed();
        return keys.find(header, signed);
      }
    };
    const { payload } = await jwtVerify(token, find, options);
    refuseClaims(payload);
    return { claims: payload, keys };
  }

  return async (token) => {
    const known = memory.recall(token);
    if (
      known !== undefined &&
      !hasExpired(known.claims, clockToleranceS) &&
      known.keys === (await issuerKeys.current())
    )
      return known.claims;
    try {
      const verified = await verify(token);
      memory.remember(token, verified);
      return verified.claims;
    } catch (error) {
      if (error instanceof KeysUnavailable) throw error;
      if (error instanceof SignatureRemoved) log?.warn({ detail: error.message }, 'signature-removed');
      throw new TokenRefused(error instanceof Error ? error.message : 'the token does not verify', {
        cause: error,
      });
    }
  };
}

/** RFC 7519, section 4.1.4, to the second. */
const hasExpired = ({ exp = 0 }: JWTPayload, toleranceS: number): boolean =>
  exp <= Math.floor(Date.now() / 1000) - toleranceS;
