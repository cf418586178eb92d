import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { handlerOf } from '../../functions/serve.ts';
import { compose } from '../../shared/compose.ts';
import { parseConfig } from '../../shared/config.ts';
import { exchange } from '../support/exchange.ts';
import { serveFunction } from '../support/serve-function.ts';

const OIDC_JWKS_JSON = JSON.stringify({
  keys: [{ kty: 'RSA', n: 'x'.repeat(342), e: 'AQAB', kid: 'a', alg: 'RS256', use: 'sig' }],
});

const directory = mkdtempSync(join(tmpdir(), 'page-config-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe('the page learns from the function `operations`', () => {
  it.each([
    ['https://securetoken.google.com/my-project', 'firebase'],
    ['https://login.example/realms/school', 'token'],
  ])('how to sign in where tokens come from %s', async (OIDC_ISSUER, sign_in) => {
    const env = {
      STORE: 'sqlite',
      SQLITE_PATH: join(directory, 'operations.db'),
      PROVIDER: 'rules',
      LOG_LEVEL: 'silent',
    };
    const config = parseConfig({ ...env, OIDC_ISSUER, OIDC_AUDIENCE: 'a', OIDC_JWKS_JSON }, 'operations');
    const runtime = await compose(config);
    const served = await serveFunction(await handlerOf('operations', runtime));
    const answer = await exchange(served.origin, { target: '/config.json' });
    await served.close();
    await runtime.close();
    expect(answer).toMatchObject({ status: 200, json: { sign_in } });
  });
});
