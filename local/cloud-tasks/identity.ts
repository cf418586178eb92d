import { createHash, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose';

export interface LocalIdentityOptions {
  readonly issuer: string;
  /** The service account that the tokens speak for, unless `sign` is given another. */
  readonly email: string;
  /** Google signs with RS256; ES256 keys are made a hundred times faster. */
  readonly alg?: 'ES256' | 'RS256';
  readonly now?: () => number;
}

export interface LocalIdentity {
  readonly issuer: string;
  readonly email: string;
  /** The public key, as a verifier wants it. */
  readonly jwks: JSONWebKeySet;
  /** A token valid for one hour. */
  sign(audience: string, email?: string): Promise<string>;
}

const LIFETIME_S = 3600;

/** As Google's: 21 digits, the same for the same account. */
const subjectOf = (email: string): string => {
  const digest = createHash('sha256').update(email).digest();
  return (10n ** 20n + (digest.readBigUInt64BE() % 10n ** 20n)).toString();
};

/**
 * Signs OIDC tokens shaped as those that Google attaches to a task for a service account, with a key made for this
 * process and never stored. Source: https://cloud.google.com/docs/authentication/token-types#id
 */
export const createLocalIdentity = async (options: LocalIdentityOptions): Promise<LocalIdentity> => {
  const { issuer, email: account, alg = 'ES256', now = Date.now } = options;
  const { privateKey, publicKey } = await generateKeyPair(alg);
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return {
    issuer,
    email: account,
    jwks: { keys: [{ ...jwk, kid, alg, use: 'sig' }] },
    sign(audience, email = account) {
      const issuedAt = Math.floor(now() / 1000);
      const subject = subjectOf(email);
      return new SignJWT({ azp: subject, email, email_verified: true, jti: randomUUID() })
        .setProtectedHeader({ alg, kid, typ: 'JWT' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(subject)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + LIFETIME_S)
        .sign(privateKey);
    },
  };
};
