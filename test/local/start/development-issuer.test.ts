import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDevelopmentIssuer, tokenRoute } from '../../../local/start/development-issuer.ts';
import { principalReader } from '../../../shared/auth/principal.ts';
import { TokenRefused } from '../../../shared/auth/token-refused.ts';
import { createTokenVerifier } from '../../../shared/auth/verifier.ts';
import { developmentKeysFile, parseConfig } from '../../../shared/config.ts';
import type { Call } from '../../../shared/http/route.ts';

const directory = mkdtempSync(join(tmpdir(), 'issuer-'));
afterAll(() => rmSync(directory, { recursive: true }));
const path = join(directory, 'made', 'operations.db');
const verify = createTokenVerifier(parseConfig({ SQLITE_PATH: path }, 'all').oidc);
let issuer: Awaited<ReturnType<typeof openDevelopmentIssuer>>;
beforeAll(async () => {
  issuer = await openDevelopmentIssuer(path);
});

describe('the development issuer', () => {
  it('signs what the embedded configuration verifies, for one day', async () => {
    const claims = await verify(await issuer.issue({ tenant_id: 'school-1', roles: ['tenant_admin'] }));
    expect(claims).toMatchObject({ tenant_id: 'school-1', gotamil_roles: ['tenant_admin'] });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(86_400);
  });

  it('keeps its key, so that a token outlives a restart', async () => {
    const before = await issuer.issue({ tenant_id: 'school-1' });
    await openDevelopmentIssuer(path);
    await expect(verify(before)).resolves.toMatchObject({ tenant_id: 'school-1' });
  });

  it('publishes the public key only, and keeps the private one to its user', () => {
    const published = readFileSync(developmentKeysFile(path), 'utf8');
    expect(JSON.parse(published).keys).toHaveLength(1);
    expect(JSON.parse(published).keys[0]).not.toHaveProperty('d');
    const key = developmentKeysFile(path).replace('jwks.json', 'key.json');
    expect(existsSync(key)).toBe(true);
    expect(statSync(key).mode & 0o077).toBe(0);
  });

  it.each([
    { OIDC_TENANT_CLAIM: 'https://app.example/tenant', OIDC_ROLES_CLAIM: 'realm_access.roles' },
    { OIDC_TENANT_CLAIM: '/app/tenant', OIDC_ROLES_CLAIM: '/app/roles/all' },
    { OIDC_TENANT_CLAIM: 'sub' },
  ])('names tenant and roles where they are looked for: %j', async (env) => {
    const { oidc } = parseConfig({ SQLITE_PATH: path, ...env }, 'all');
    const issuer = await openDevelopmentIssuer(path, oidc);
    const claims = await verify(await issuer.issue({ tenant_id: 'school-1', roles: ['tenant_admin'] }));
    expect(principalReader(oidc)(claims)).toEqual({ tenant_id: 'school-1', roles: ['tenant_admin'] });
  });

  it('is refused where another’s keys are trusted', async () => {
    const other = join(directory, 'other', 'operations.db');
    const stranger = await openDevelopmentIssuer(other);
    await expect(verify(await stranger.issue({ tenant_id: 'school-1' }))).rejects.toThrow(TokenRefused);
  });
});

describe('POST /dev/token', () => {
  const ask = (body: unknown, headers: Record<string, string> = { host: 'localhost:8080' }) =>
    tokenRoute(issuer).handle({ headers, body: async () => body } as Call & never);

  it('hands out a token of the tenant asked for', async () => {
    const { body } = await ask({ tenant_id: 'பள்ளி', roles: ['tenant_viewer'] });
    expect(decodeJwt((body as { token: string }).token)).toMatchObject({
      tenant_id: 'பள்ளி',
      gotamil_roles: ['tenant_viewer'],
    });
  });

  it.each<Record<string, string>>([
    { host: '127.0.0.1' },
    { host: '127.1.2.3:80' },
    { host: '[::1]:8080' },
    { host: 'LOCALHOST' },
    { host: 'localhost', origin: 'http://localhost:5173' },
  ])('is there for this machine: %j', async (headers) => {
    expect((await ask({ tenant_id: 'a' }, headers)).status).toBe(200);
  });

  it.each<Record<string, string>>([
    {},
    { host: '' },
    { host: 'evil.example:8080' },
    { host: 'localhost.evil.example' },
    { host: '127.0.0.1.evil.example' },
    { host: '0.0.0.0' },
    { host: '192.168.1.5:8080' },
    { host: 'evil.example@localhost/' },
    { host: 'localhost', origin: 'https://evil.example' },
    { host: 'localhost', origin: 'null' },
    { host: 'localhost', origin: '' },
  ])('is not there for others: %j', async (headers) => {
    await expect(ask({ tenant_id: 'a' }, headers)).rejects.toMatchObject({ code: 'not-found' });
  });

  it.each([
    {},
    null,
    { tenant_id: '' },
    { tenant_id: ' ' },
    { tenant_id: '\ud800' },
    { tenant_id: 'x'.repeat(201) },
    { tenant_id: 'a', roles: ['root'] },
    { tenant_id: 'a', roles: 'tenant_admin' },
    { tenant_id: 'a', extra: 1 },
  ])('refuses %j', async (body) => {
    await expect(ask(body)).rejects.toMatchObject({ code: 'validation-error' });
  });
});
