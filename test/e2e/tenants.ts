import { randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';

const ISSUER = 'https://login.test.example/';
const AUDIENCE = 'analysis';

/** An identity provider that needs no network: its keys go into the service's environment. */
export interface Issuer {
  readonly env: Readonly<Record<string, string>>;
  readonly token: (tenant_id: string, claims?: object) => Promise<string>;
}

export async function createIssuer(): Promise<Issuer> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return {
    env: {
      OIDC_ISSUER: ISSUER,
      OIDC_AUDIENCE: AUDIENCE,
      OIDC_JWKS_JSON: JSON.stringify({ keys: [{ ...jwk, kid, alg: 'ES256', use: 'sig' }] }),
    },
    token: (tenant_id, claims = {}) =>
      new SignJWT({ tenant_id, ...claims })
        .setProtectedHeader({ alg: 'ES256', kid })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(randomUUID())
        .setExpirationTime('10m')
        .sign(privateKey),
  };
}
