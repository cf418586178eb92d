import { createHmac, createPrivateKey, createPublicKey, sign as signBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportPKCS8, exportSPKI, importJWK } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { admit } from '../../shared/auth/authenticate.ts';
import { createTokenVerifier, KeysUnavailable, TokenRefused } from '../../shared/auth/verifier.ts';
import { exchange, expectSound } from '../support/exchange.ts';
import {
  QUEUE_EMAIL,
  QUEUE_ISSUER,
  type ServedFunctions,
  serveFunctions,
  WORKER_AUDIENCE,
} from '../support/served-functions.ts';
import { AUDIENCE, createTestIssuer, ISSUER, type TestIssuer } from '../support/test-issuer.ts';

let served: ServedFunctions;
let issuer: TestIssuer;
let stranger: TestIssuer;
let spki: string;

beforeAll(async () => {
  served = await serveFunctions();
  issuer = served.issuer;
  stranger = await createTestIssuer();
  const key = await importJWK(issuer.jwks.keys[0] ?? {}, 'ES256');
  spki = await exportSPKI(key as Awaited<ReturnType<typeof importJWK>> & TestIssuer['privateKey']);
});
afterAll(() => served[Symbol.asyncDispose]());
afterEach(() => {
  vi.useRealTimers();
});

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);
const claims = () => ({ iss: ISSUER, aud: AUDIENCE, sub: 'user', tenant_id: 'school-1', exp: now() + 300 });

/** A token that jose would not make. */
const forged = (header: object, signature: (input: string) => string, payload: object = claims()): string => {
  const input = `${base64url(header)}.${base64url(payload)}`;
  return `${input}.${signature(input)}`;
};
const hmac = (secret: string) => (input: string) =>
  createHmac('sha256', secret).update(input).digest('base64url');
const signedBy = async (who: TestIssuer) => {
  const key = createPrivateKey(await exportPKCS8(who.privateKey));
  return (input: string) =>
    signBytes('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
};

const list = (headers: Record<string, string> | [string, string][], at = served) =>
  exchange(at.origins.operations, { target: '/v1/operations', headers });

describe('a token that verifies', () => {
  it.each(['Bearer', 'bearer', 'BEARER', 'Bearer  '])('admits its tenant: %s', async (scheme) => {
    const answer = await list({ Authorization: `${scheme} ${await issuer.sign()}` });
    expect(answer.status).toBe(200);
  });

  it('may name several audiences', async () => {
    const token = await issuer.sign({ aud: ['another', AUDIENCE] });
    expect((await list({ Authorization: `Bearer ${token}` })).status).toBe(200);
  });

  it('shows a tenant its own operations only', async () => {
    const made = await exchange(served.origins.submit, {
      target: '/v1/proofread',
      body: JSON.stringify({ text: 'அ' }),
      headers: { 'Content-Type': 'application/json', ...(await served.bearer()) },
    });
    const target = `/v1/operations/${made.json.operation_id}`;
    const theirs = await served.bearer({ tenant_id: 'school-2' });
    for (const asked of [{ target }, { target: `${target}/cancel`, method: 'POST' }])
      expect((await exchange(served.origins.operations, { ...asked, headers: theirs })).json.code).toBe(
        'not-found',
      );
    expect((await list(theirs)).json.operations).toEqual([]);
    expect(
      (await exchange(served.origins.operations, { target, headers: await served.bearer() })).json,
    ).toMatchObject({
      tenant_id: 'school-1',
    });
  });
});

describe('every token that will not do is 401', () => {
  const attacks: Record<string, () => string | Promise<string>> = {
    'alg none': () => forged({ alg: 'none', typ: 'JWT' }, () => ''),
    'alg None': () => forged({ alg: 'None', kid: issuer.kid }, () => ''),
    'alg none with a signature': () => forged({ alg: 'none' }, hmac('x')),
    'HS256 with the public key as PEM': () => forged({ alg: 'HS256', kid: issuer.kid }, hmac(spki)),
    'HS256 with the public key as JWK': () =>
      forged({ alg: 'HS256', kid: issuer.kid }, hmac(JSON.stringify(issuer.jwks.keys[0]))),
    'HS256 with an empty secret': () => forged({ alg: 'HS256', kid: issuer.kid }, hmac('')),
    'HS256 with the key id': () => forged({ alg: 'HS256' }, hmac(issuer.kid)),
    'no alg': async () => forged({ kid: issuer.kid }, await signedBy(issuer)),
    'alg of another kind of key': async () =>
      forged({ alg: 'RS256', kid: issuer.kid }, await signedBy(issuer)),
    'another key': () => stranger.sign(),
    'another key under our kid': () => stranger.sign({}, { kid: issuer.kid }),
    'an unknown kid': () => issuer.sign({}, { kid: 'unknown' }),
    'a kid that is a path': () => issuer.sign({}, { kid: '../../etc/passwd' }),
    'an embedded key': () => stranger.sign({}, { jwk: stranger.jwks.keys[0] ?? {}, kid: undefined }),
    'a jku': () => stranger.sign({}, { jku: 'http://127.0.0.1:1/keys' }),
    'an x5u': () => stranger.sign({}, { x5u: 'http://127.0.0.1:1/cert' }),
    'an unknown critical header': async () =>
      forged({ alg: 'ES256', kid: issuer.kid, crit: ['x-exp'], 'x-exp': 1 }, await signedBy(issuer)),
    'an empty critical header': async () =>
      forged({ alg: 'ES256', kid: issuer.kid, crit: [] }, await signedBy(issuer)),
    'a payload that is not encoded': async () =>
      forged({ alg: 'ES256', kid: issuer.kid, crit: ['b64'], b64: false }, await signedBy(issuer)),
    'another issuer': () => issuer.sign({ iss: 'https://elsewhere.example' }),
    'an issuer with a slash more': () => issuer.sign({ iss: `${ISSUER}/` }),
    'no issuer': () => issuer.sign({ iss: undefined }),
    'another audience': () => issuer.sign({ aud: 'another' }),
    'no audience': () => issuer.sign({ aud: undefined }),
    'an empty list of audiences': () => issuer.sign({ aud: [] }),
    expired: () => issuer.sign({ exp: now() - 1 }),
    'expiring now': () => issuer.sign({ exp: now() }),
    'no expiry': () => issuer.sign({ exp: undefined }),
    'an expiry that is no number': () => issuer.sign({ exp: 'tomorrow' }),
    'not yet valid': () => issuer.sign({ nbf: now() + 60 }),
    'a start that is no number': () => issuer.sign({ nbf: 'x' }),
    'no tenant': () => issuer.sign({ tenant_id: undefined }),
    'an empty tenant': () => issuer.sign({ tenant_id: '' }),
    'a tenant of white space': () => issuer.sign({ tenant_id: ' \t\u00a0' }),
    'a tenant that is a number': () => issuer.sign({ tenant_id: 7 }),
    'a tenant that is a list': () => issuer.sign({ tenant_id: ['school-1'] }),
    'a tenant that is an object': () => issuer.sign({ tenant_id: { id: 'school-1' } }),
    'a tenant that is null': () => issuer.sign({ tenant_id: null }),
    'a tenant that is true': () => issuer.sign({ tenant_id: true }),
    'a tenant that an index would cut off': () => issuer.sign({ tenant_id: 'ப'.repeat(257) }),
    'a tenant with a lone surrogate': () => issuer.sign({ tenant_id: 'school\ud800' }),
    'another payload under a good signature': async () => {
      const [header, , signature] = (await issuer.sign()).split('.');
      return [header, base64url({ ...claims(), tenant_id: 'school-2' }), signature].join('.');
    },
    'a token of the task queue': () => served.queueIdentity.sign(AUDIENCE),
    'cut off': async () => (await issuer.sign()).slice(0, -10),
    'without its signature': async () => (await issuer.sign()).split('.').slice(0, 2).join('.'),
    'an empty signature': async () => `${(await issuer.sign()).split('.').slice(0, 2).join('.')}.`,
    'a signature of zeros': () =>
      forged({ alg: 'ES256', kid: issuer.kid }, () => Buffer.alloc(64).toString('base64url')),
    garbage: () => 'garbage',
    'dots only': () => '..',
    'five parts': () => 'a.b.c.d.e',
    'not base64url': () => '@@@.@@@.@@@',
    'a header that is no JSON': async () => `${Buffer.from('{').toString('base64url')}.e30.AA`,
    'a payload that is no object': async () =>
      forged({ alg: 'ES256', kid: issuer.kid }, await signedBy(issuer), [] as object),
  };

  it.each(Object.keys(attacks))('%s', async (name) => {
    const token = (await attacks[name]?.()) ?? '';
    const answer = await list({ Authorization: `Bearer ${token}` });
    expectSound(answer);
    expect([answer.status, answer.json.code]).toEqual([401, 'unauthorized']);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(answer.json.detail).not.toMatch(/exp|iss|aud|kid|signature|claim/);
  });

  it.each<[string, () => Promise<[string, string][]>]>([
    ['no header', async () => []],
    ['an empty header', async () => [['Authorization', '']]],
    ['the scheme alone', async () => [['Authorization', 'Bearer']]],
    ['another scheme', async () => [['Authorization', `Basic ${await issuer.sign()}`]]],
    ['no scheme', async () => [['Authorization', await issuer.sign()]]],
    ['two tokens in one header', async () => [['Authorization', `Bearer ${await issuer.sign()}, Bearer x`]]],
    ['the token in quotes', async () => [['Authorization', `Bearer "${await issuer.sign()}"`]]],
    [
      'two headers, both good',
      async () => {
        const header: [string, string] = ['Authorization', `Bearer ${await issuer.sign()}`];
        return [header, header];
      },
    ],
    ['another header', async () => [['X-Forwarded-Authorization', `Bearer ${await issuer.sign()}`]]],
  ])('%s', async (_name, headers) => {
    const answer = await list(await headers());
    expectSound(answer);
    expect([answer.status, answer.json.code, answer.headers['www-authenticate']]).toEqual([
      401,
      'unauthorized',
      'Bearer',
    ]);
  });

  it('a token in the query is none', async () => {
    const target = `/v1/operations?access_token=${await issuer.sign()}`;
    expect((await exchange(served.origins.operations, { target })).status).toBe(401);
  });
});

describe('the task queue’s door', () => {
  const run = (headers: Record<string, string>, target = '/tasks/run') =>
    exchange(served.origins.worker, {
      target,
      body: JSON.stringify({ operation_id: 'x' }),
      headers: { 'Content-Type': 'application/json', ...headers },
    });
  const queueToken = async (changes: object) => {
    const keyed = await serveKeyed();
    return keyed.sign({
      iss: QUEUE_ISSUER,
      aud: WORKER_AUDIENCE,
      email: QUEUE_EMAIL,
      email_verified: true,
      tenant_id: undefined,
      ...changes,
    });
  };
  /** The worker of these tests trusts keys that the tests hold, so that near misses can be signed. */
  let keyed: { issuer: TestIssuer; verify: ReturnType<typeof createTokenVerifier> } | undefined;
  const serveKeyed = async () => {
    if (keyed === undefined) {
      const own = await createTestIssuer();
      const jwks = { keys: own.jwks.keys.map((key) => ({ ...key })) };
      const oidc = {
        issuer: QUEUE_ISSUER,
        audience: WORKER_AUDIENCE,
        keys: { kind: 'inline' as const, jwks },
      };
      keyed = { issuer: own, verify: createTokenVerifier(oidc) };
    }
    return keyed.issuer;
  };

  it('opens to the queue', async () => {
    const { Authorization } = await served.queueBearer();
    expect((await run({ Authorization })).status).toBe(200);
    expect((await run({ Authorization }, '/tasks/sweep')).status).toBe(200);
  });

  it.each([
    ['nobody', async () => ({})],
    [
      'Cloud Tasks’ headers alone',
      async () => ({
        'X-CloudTasks-QueueName': 'q',
        'X-CloudTasks-TaskName': 't',
        'X-CloudTasks-TaskRetryCount': '0',
        'User-Agent': 'Google-Cloud-Tasks',
      }),
    ],
    ['a tenant', () => served.bearer()],
    ['a tenant’s administrator', () => served.bearer({ roles: ['tenant_admin', 'gotamil_operator'] })],
    [
      'a tenant who claims the queue’s email',
      () => served.bearer({ email: QUEUE_EMAIL, email_verified: true, aud: WORKER_AUDIENCE }),
    ],
    [
      'another service account',
      async () => ({
        Authorization: `Bearer ${await served.queueIdentity.sign(WORKER_AUDIENCE, 'other@project.iam')}`,
      }),
    ],
    [
      'a token for another audience',
      async () => ({ Authorization: `Bearer ${await served.queueIdentity.sign('https://other.example')}` }),
    ],
  ])('stays shut to %s', async (_name, headers) => {
    for (const target of ['/tasks/run', '/tasks/sweep']) {
      const answer = await run((await headers()) as Record<string, string>, target);
      expectSound(answer);
      expect(answer.status).toBe(401);
    }
  });

  it.each([
    ['all is as it should be', {}, true],
    ['the email is not verified', { email_verified: false }, false],
    ['the email is verified in words', { email_verified: 'true' }, false],
    ['it says nothing of the email’s verification', { email_verified: undefined }, false],
    ['the email differs in case', { email: QUEUE_EMAIL.toUpperCase() }, false],
    ['there is no email', { email: undefined }, false],
    ['the email is a list', { email: [QUEUE_EMAIL] }, false],
    ['the issuer is another', { iss: ISSUER }, false],
    ['the audience has a path', { aud: `${WORKER_AUDIENCE}/tasks/run` }, false],
    ['it has expired', { exp: now() - 10 }, false],
  ])('where %s', async (_name, changes, admitted) => {
    const token = await queueToken(changes);
    const verify = keyed?.verify;
    if (verify === undefined) throw new Error('no keys');
    const authenticators = {
      tenant: { verify, tenantClaim: 'tenant_id' },
      taskQueue: { verify, email: QUEUE_EMAIL },
    };
    const admission = admit('task-queue', [`Bearer ${token}`], authenticators);
    if (admitted) await expect(admission).resolves.toBeUndefined();
    else await expect(admission).rejects.toMatchObject({ code: 'unauthorized' });
  });

  it('where no queue is configured nobody gets in', async () => {
    const verify = async () => ({ email: QUEUE_EMAIL, email_verified: true });
    const authenticators = { tenant: { verify, tenantClaim: 'tenant_id' }, taskQueue: undefined };
    await expect(admit('task-queue', ['Bearer x'], authenticators)).rejects.toMatchObject({
      code: 'unauthorized',
    });
  });
});

/** A JWKS endpoint on loopback that counts. */
interface KeyServer {
  readonly server: Server;
  readonly uri: string;
  requests: number;
  keys: readonly object[];
  status: number;
}

async function startKeyServer(keys: readonly object[]): Promise<KeyServer> {
  const server = createServer((_req, res) => {
    state.requests += 1;
    res
      .writeHead(state.status, { 'Content-Type': 'application/json' })
      .end(JSON.stringify({ keys: state.keys }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
  const state: KeyServer = { server, uri, requests: 0, keys, status: 200 };
  return state;
}

describe('remote keys', () => {
  const servers: Server[] = [];
  afterAll(() => {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  });
  const setUp = async () => {
    const at = await startKeyServer(issuer.jwks.keys);
    servers.push(at.server);
    const verify = createTokenVerifier({
      issuer: ISSUER,
      audience: AUDIENCE,
      keys: { kind: 'remote', uri: at.uri },
    });
    return { at, verify };
  };
  /** Only the clock is turned: the connection to the key server stays real. */
  const later = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });
  const longLived = (who: TestIssuer, header = {}) => who.sign({ exp: now() + 86_400 }, header);

  it('are asked for once, by many tokens at once too', async () => {
    const { at, verify } = await setUp();
    const token = await longLived(issuer);
    await Promise.all(Array.from({ length: 20 }, () => verify(token)));
    for (let again = 0; again < 20; again += 1) await verify(token);
    expect(at.requests).toBe(1);
  });

  it('are not asked for again by unknown key ids within the cool-down', async () => {
    const { at, verify } = await setUp();
    await verify(await longLived(issuer));
    for (let guess = 0; guess < 50; guess += 1)
      await expect(verify(await longLived(stranger, { kid: `guess-${guess}` }))).rejects.toThrow(
        TokenRefused,
      );
    expect(at.requests).toBe(1);
    later(30_001);
    await expect(verify(await longLived(stranger, { kid: 'guess' }))).rejects.toThrow(TokenRefused);
    expect(at.requests).toBe(2);
    await expect(verify(await longLived(stranger, { kid: 'guess' }))).rejects.toThrow(TokenRefused);
    expect(at.requests).toBe(2);
  });

  it('may be rotated', async () => {
    const { at, verify } = await setUp();
    const token = await longLived(issuer);
    await verify(token);
    at.keys = stranger.jwks.keys;
    later(30_001);
    await expect(verify(await longLived(stranger))).resolves.toMatchObject({ tenant_id: 'school-1' });
    await expect(verify(token)).rejects.toThrow(TokenRefused);
  });

  it('are renewed in time, so that a withdrawn key ends', async () => {
    const { at, verify } = await setUp();
    const token = await longLived(issuer);
    await verify(token);
    at.keys = stranger.jwks.keys;
    later(600_001);
    await expect(verify(token)).rejects.toThrow(TokenRefused);
    expect(at.requests).toBe(2);
  });

  it.each([
    ['answer with an error', (at: KeyServer) => Object.assign(at, { status: 503 })],
    ['are no key set', (at: KeyServer) => Object.assign(at, { keys: 'none' })],
  ])('that %s are not the token’s fault', async (_name, spoil) => {
    const { at, verify } = await setUp();
    spoil(at);
    await expect(verify(await longLived(issuer))).rejects.toThrow(KeysUnavailable);
    Object.assign(at, { status: 200, keys: issuer.jwks.keys });
    await expect(verify(await longLived(issuer))).resolves.toMatchObject({ tenant_id: 'school-1' });
  });

  it('that cannot be had are answered as our fault, blandly', async () => {
    const down = await serveFunctions({ keys: { kind: 'remote', uri: 'http://127.0.0.1:1/jwks' } });
    try {
      const answer = await list(await down.bearer(), down);
      expect([answer.status, answer.json.code]).toEqual([500, 'internal-error']);
      expect(answer.text).not.toContain('127.0.0.1');
      expect(JSON.stringify(down.logged)).toContain('no keys from http://127.0.0.1:1/jwks');
      const garbage = await list({ Authorization: 'Bearer garbage' }, down);
      expect(garbage.status).toBe(401);
    } finally {
      await down[Symbol.asyncDispose]();
    }
  });
});

describe('keys in a file', () => {
  it('that is not there yet refuse every token', async () => {
    const verify = createTokenVerifier({
      issuer: ISSUER,
      audience: AUDIENCE,
      keys: { kind: 'file', path: '/nonexistent/development-issuer.jwks.json' },
    });
    await expect(verify(await issuer.sign())).rejects.toThrow(TokenRefused);
  });
});

it('a token longer than any is refused before it is decoded', async () => {
  const jwks = { keys: issuer.jwks.keys.map((key) => ({ ...key })) };
  const verify = createTokenVerifier({ issuer: ISSUER, audience: AUDIENCE, keys: { kind: 'inline', jwks } });
  await expect(verify(await issuer.sign({ pad: 'x'.repeat(9000) }))).resolves.toBeDefined();
  await expect(verify(await issuer.sign({ pad: 'x'.repeat(13_000) }))).rejects.toThrow(TokenRefused);
});

it('public keys are public: what verifies cannot sign', () => {
  expect(createPublicKey(spki).type).toBe('public');
  for (const key of issuer.jwks.keys) expect(key).not.toHaveProperty('d');
});
