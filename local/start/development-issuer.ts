import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { dirname } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import { z } from 'zod';
import { wellFormedText } from '../../shared/analyses/text.ts';
import { addClaim } from '../../shared/auth/claims.ts';
import { type ClaimNames, ROLES } from '../../shared/auth/principal.ts';
import { DEVELOPMENT_AUDIENCE, DEVELOPMENT_ISSUER, developmentKeysFile } from '../../shared/config.ts';
import { Problem } from '../../shared/errors.ts';
import type { Route } from '../../shared/http/route.ts';
import { isLoopback } from '../../shared/loopback.ts';
import { validate } from '../../shared/validate.ts';

export const tokenRequest = z.strictObject({
  tenant_id: wellFormedText(200),
  roles: z.array(z.enum(ROLES)).optional(),
});

export interface DevelopmentIssuer {
  /** Issues a token for one day. */
  issue(request: z.infer<typeof tokenRequest>): Promise<string>;
}

const LIFETIME_S = 86_400;

/**
 * The issuer of `npm start` if none is configured. Its keys lie beside the SQLite file, so that a token outlives a restart
 * and a function that is served alone can verify it. Its tokens name tenant and roles where the configuration reads them.
 */
export async function openDevelopmentIssuer(
  sqlitePath: string,
  { tenantClaim, rolesClaim = 'gotamil_roles' }: ClaimNames = { tenantClaim: 'tenant_id' },
): Promise<DevelopmentIssuer> {
  const publicFile = developmentKeysFile(sqlitePath);
  const jwk = await keptKey(publicFile.replace(/jwks\.json$/, 'key.json'));
  const { d: _, ...publicKey } = jwk;
  writeFileSync(publicFile, JSON.stringify({ keys: [publicKey] }));
  const key = await importJWK(jwk, 'ES256');
  return {
    issue: ({ tenant_id, roles }) => {
      const claims: Record<string, unknown> = { sub: 'developer' };
      addClaim(claims, tenantClaim, tenant_id);
      if (roles !== undefined) addClaim(claims, rolesClaim, roles);
      return new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', kid: jwk.kid ?? '', typ: 'JWT' })
        .setIssuer(DEVELOPMENT_ISSUER)
        .setAudience(DEVELOPMENT_AUDIENCE)
        .setIssuedAt()
        .setExpirationTime(Math.floor(Date.now() / 1000) + LIFETIME_S)
        .sign(key);
    },
  };
}

async function keptKey(file: string): Promise<JWK> {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(privateKey);
    const made = { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: 'ES256', use: 'sig' };
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(made), { mode: 0o600 });
    return made;
  }
}

/**
 * Refuses whoever is not at this machine. A name that an attacker has pointed at 127.0.0.1 (DNS rebinding) gives the page's
 * own host, and a page of any site may send requests to localhost: its origin tells.
 */
function refuseStrangers({ host = '', origin }: IncomingHttpHeaders): void {
  const isOurs = origin === undefined || (URL.canParse(origin) && isLoopback(new URL(origin).hostname));
  if (isOurs && isLoopback(host.replace(/:\d*$/, ''))) return;
  throw new Problem('not-found', 'Tokens are handed out to this machine only, at http://localhost.');
}

/** `POST /dev/token`. It exists only if `npm start` made the issuer. */
export const tokenRoute = (issuer: DevelopmentIssuer): Route => ({
  method: 'POST',
  path: '/dev/token',
  access: 'public',
  handle: async (call) => {
    refuseStrangers(call.headers);
    return {
      status: 200,
      body: { token: await issuer.issue(validate(tokenRequest, await call.body())) },
    };
  },
});
