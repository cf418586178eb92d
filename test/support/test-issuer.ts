import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose';

export const ISSUER = 'https://issuer.example';
export const AUDIENCE = 'tamil-text-analysis-api';

/** An identity provider of a tenant, with a key of its own. */
export interface TestIssuer {
  readonly jwks: JSONWebKeySet;
  readonly kid: string;
  readonly privateKey: Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];
  /** Claims replace the defaults; one that is `undefined` is left out. */
  sign(
    claims?: Readonly<Record<string, unknown>>,
    header?: Readonly<Record<string, unknown>>,
  ): Promise<string>;
}

export async function createTestIssuer(alg: 'ES256' | 'RS256' = 'ES256'): Promise<TestIssuer> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return {
    jwks: { keys: [{ ...jwk, kid, alg, use: 'sig' }] },
    kid,
    privateKey,
    sign: (claims = {}, header = {}) => {
      const now = Math.floor(Date.now() / 1000);
      const standard = { iss: ISSUER, aud: AUDIENCE, sub: 'user', iat: now, exp: now + 300 };
      const payload = JSON.parse(JSON.stringify({ ...standard, tenant_id: 'school-1', ...claims }));
      return new SignJWT(payload).setProtectedHeader({ alg, kid, typ: 'JWT', ...header }).sign(privateKey);
    },
  };
}
