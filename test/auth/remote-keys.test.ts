import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { exportJWK, type JWK } from 'jose';
import { afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { fetchKeySet } from '../../shared/auth/fetch-key-set.ts';
import { KeysUnavailable } from '../../shared/auth/issuer-keys.ts';
import { createRemoteKeys } from '../../shared/auth/remote-keys.ts';
import { TokenRefused } from '../../shared/auth/token-refused.ts';
import { createTokenVerifier, type TokenVerifier } from '../../shared/auth/verifier.ts';
import { exchange, expectSound } from '../support/exchange.ts';
import { answerKeys, type KeyServer, startKeyServer } from '../support/key-server.ts';
import { serveFunctions } from '../support/served-functions.ts';
import { AUDIENCE, createTestIssuer, ISSUER, type TestIssuer } from '../support/test-issuer.ts';

const HOUR_MS = 3_600_000;
const COOL_DOWN_MS = 30_000;
const EMPTY_COOL_DOWN_MS = 5000;
const FRESH_MS = 600_000;

let issuer: TestIssuer;
let stranger: TestIssuer;
let privateKey: JWK;
beforeAll(async () => {
  issuer = await createTestIssuer();
  stranger = await createTestIssuer();
  privateKey = { ...(await exportJWK(issuer.privateKey)), kid: issuer.kid, alg: 'ES256' };
});

let at: KeyServer;
/** Where a redirect would lead: it has the keys. */
let elsewhere: KeyServer;
let warned: object[];
let verify: TokenVerifier;
beforeEach(async () => {
  later(0);
  at = await startKeyServer(issuer.jwks.keys);
  elsewhere = await startKeyServer(issuer.jwks.keys);
  warned = [];
  const keys = { kind: 'remote' as const, uri: at.uri };
  verify = createTokenVerifier({ issuer: ISSUER, audience: AUDIENCE, keys }, {
    warn: (fields: object) => warned.push(fields),
  } as unknown as Parameters<typeof createTokenVerifier>[1]);
});
afterEach(async () => {
  vi.useRealTimers();
  await at[Symbol.asyncDispose]();
  await elsewhere[Symbol.asyncDispose]();
});

/**
 * The clock stands, and is turned; so nobody is out of patience with the key server, unless `patienceLasts` is false.
 * The connection to it stays real.
 */
const later = (ms: number, patienceLasts = true) =>
  vi.useFakeTimers({
    toFake: patienceLasts ? ['Date', 'setTimeout', 'clearTimeout'] : ['Date'],
    now: Date.now() + ms,
  });
const now = () => Math.floor(Date.now() / 1000);
const longLived = (who: TestIssuer, header = {}) => who.sign({ exp: now() + 30 * 86_400 }, header);
const forged = () => longLived(stranger, { kid: `guess-${Math.random()}` });
const accepted = async (token: string) =>
  expect(await verify(token)).toMatchObject({ tenant_id: 'school-1' });
const refused = async (token: string) => expect(verify(token)).rejects.toThrow(TokenRefused);
const unavailable = async (token: string) => expect(verify(token)).rejects.toThrow(KeysUnavailable);

const sends =
  (body: string | Buffer, type = 'application/json', status = 200): RequestListener =>
  (_req, res) =>
    res.writeHead(status, { 'Content-Type': type }).end(body);
const keySet = (keys: unknown) => JSON.stringify({ keys });
const redirect =
  (status: number): RequestListener =>
  (_req, res) =>
    res.writeHead(status, { Location: elsewhere.uri }).end(keySet(issuer.jwks.keys));

/** Whatever an issuer may answer that is no key set. */
const RUBBISH: Record<string, () => RequestListener> = {
  'an error': () => sends(keySet(issuer.jwks.keys), 'application/json', 500),
  'that it is away': () => sends('', 'text/plain', 503),
  'that it is not there': () => sends('Not found', 'text/html', 404),
  'another success': () => sends(keySet(issuer.jwks.keys), 'application/json', 203),
  'no content': () => (_req, res) => res.writeHead(204).end(),
  'a page': () => sends('<!doctype html><title>Log in</title>', 'text/html'),
  nothing: () => sends(''),
  null: () => sends('null'),
  'a list of keys': () => sends(JSON.stringify(issuer.jwks.keys)),
  'half of its keys': () => sends(keySet(issuer.jwks.keys).slice(0, -9)),
  'keys that are no list': () => sends(keySet('none')),
  'an empty list of keys': () => sends(keySet([])),
  'keys that are none': () => sends(keySet([null, 7, {}, { kty: 'EC' }, { kty: 'RSA', n: 'AQAB' }])),
  'keys that are no point of their curve': () => sends(keySet([{ ...issuer.jwks.keys[0], x: 'AAAA' }])),
  'keys for encryption': () => sends(keySet([{ ...issuer.jwks.keys[0], use: 'enc' }])),
  'secret keys': () => sends(keySet([{ kty: 'oct', k: 'c2VjcmV0', kid: issuer.kid, alg: 'HS256' }])),
  'its private key': () => sends(keySet([privateKey])),
  'ten megabytes': () => sends(keySet([...issuer.jwks.keys, { pad: 'x'.repeat(10_000_000) }])),
  'ten megabytes, packed': () => (_req, res) => {
    const packed = gzipSync(keySet([...issuer.jwks.keys, { pad: 'x'.repeat(10_000_000) }]));
    res.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }).end(packed);
  },
  'ten megabytes of an error': () => sends(randomBytes(10_000_000), 'text/plain', 502),
  'a break in its keys': () => (_req, res) => {
    res.writeHead(200, { 'Content-Length': '1000' }).write('{"keys":[');
    void sleep(20).then(() => res.destroy());
  },
  'a closed connection': () => (_req, res) => res.destroy(),
  ...Object.fromEntries(
    [301, 302, 303, 307, 308].map((status) => [`a redirect by ${status}`, () => redirect(status)]),
  ),
};

describe('keys that are fetched', () => {
  it('are asked for once, by many tokens at once too', async () => {
    const token = await longLived(issuer);
    await Promise.all(Array.from({ length: 20 }, () => verify(token)));
    for (let again = 0; again < 20; again += 1) await accepted(token);
    expect(at.requests).toBe(1);
  });

  it('are asked for once in a cool-down by any number of unknown key ids', async () => {
    await accepted(await longLived(issuer));
    for (let guess = 0; guess < 20; guess += 1) await refused(await forged());
    expect(at.requests).toBe(1);
    later(COOL_DOWN_MS - 1000);
    await refused(await forged());
    expect(at.requests).toBe(1);
    later(1001);
    await Promise.all(Array.from({ length: 20 }, async () => refused(await forged())));
    for (let guess = 0; guess < 20; guess += 1) await refused(await forged());
    expect(at.requests).toBe(2);
  });

  it('are not asked for by a token that cannot be one', async () => {
    for (const header of [{ alg: 'HS256' }, { typ: 'logout+jwt' }, { crit: ['x'] }]) {
      const [, ...rest] = (await forged()).split('.');
      const head = Buffer.from(JSON.stringify({ alg: 'ES256', kid: 'x', ...header })).toString('base64url');
      await refused([head, ...rest].join('.'));
    }
    expect(at.requests).toBe(0);
  });

  it('may be rotated: a token of the new key is good after the cool-down, one of the old key no more', async () => {
    const token = await longLived(issuer);
    await accepted(token);
    at.publish(stranger.jwks.keys);
    later(COOL_DOWN_MS + 1);
    await accepted(await longLived(stranger));
    await refused(token);
    expect(at.requests).toBe(2);
  });

  it('may be replaced under the same id', async () => {
    const token = await longLived(issuer);
    await accepted(token);
    at.publish(stranger.jwks.keys.map((key) => ({ ...key, kid: issuer.kid })));
    later(FRESH_MS + 1);
    await refused(token);
    await accepted(await longLived(stranger, { kid: issuer.kid }));
  });

  it('are renewed in time, so that a withdrawn key ends', async () => {
    const token = await longLived(issuer);
    await accepted(token);
    at.publish(stranger.jwks.keys);
    later(FRESH_MS + 1);
    await refused(token);
    expect(at.requests).toBe(2);
  });

  it('are renewed by a clock that was set back', async () => {
    const token = await longLived(issuer);
    await accepted(token);
    later(-HOUR_MS);
    at.publish(stranger.jwks.keys);
    await refused(token);
  });

  it('may stand among others that cannot be used', async () => {
    at.publish([null, { kty: 'AKP' }, { kty: 'oct', k: 'AA' }, ...issuer.jwks.keys] as object[]);
    await accepted(await longLived(issuer));
  });

  it('are the same keys in another order, and nothing is imported again', async () => {
    const both = [...issuer.jwks.keys, ...stranger.jwks.keys];
    at.publish(both);
    let clock = 0;
    const keys = createRemoteKeys({ uri: at.uri, now: () => clock });
    const first = await keys.current();
    at.publish(both.toReversed());
    clock += FRESH_MS;
    expect(await keys.current()).toBe(first);
    at.publish(issuer.jwks.keys);
    clock += FRESH_MS;
    expect(await keys.current()).not.toBe(first);
    expect(at.requests).toBe(3);
  });

  it('that fit a token twice fit it not at all, and that is the token’s fault', async () => {
    const unnamed = ({ kid: _, ...key }: JWK) => key;
    at.publish([...issuer.jwks.keys, ...stranger.jwks.keys].map(unnamed));
    await refused(await longLived(issuer, { kid: undefined }));
    later(COOL_DOWN_MS + 1);
    await refused(await longLived(issuer, { kid: undefined }));
    expect(at.requests).toBe(1);
    at.publish(issuer.jwks.keys.map(unnamed));
    later(FRESH_MS);
    await accepted(await longLived(issuer, { kid: undefined }));
  });
});

describe.each(Object.keys(RUBBISH))('an issuer that answers %s', (name) => {
  const listener = (): RequestListener => RUBBISH[name]?.() ?? answerKeys([]);

  it('has no keys, and is asked again after the cool-down only', async () => {
    at.answer(listener());
    await Promise.all(Array.from({ length: 10 }, async () => unavailable(await forged())));
    await unavailable(await longLived(issuer));
    for (let guess = 0; guess < 10; guess += 1) await unavailable(await forged());
    expect(at.requests).toBe(1);
    at.publish(issuer.jwks.keys);
    later(EMPTY_COOL_DOWN_MS + 1);
    await accepted(await longLived(issuer));
    expect([at.requests, elsewhere.requests]).toEqual([2, 0]);
  });

  it('leaves the keys that are known, for a day', async () => {
    const token = await longLived(issuer);
    await accepted(token);
    at.answer(listener());
    for (const [hours, requests] of [
      [1, 2],
      [5, 3],
      [17, 4],
    ] as const) {
      later(hours * HOUR_MS);
      await accepted(token);
      for (let guess = 0; guess < 20; guess += 1) await refused(await forged());
      await accepted(await longLived(issuer));
      expect(at.requests).toBe(requests);
    }
    const ages = warned.map((line) => (line as { keys_age_s: number }).keys_age_s);
    expect(ages).toEqual([3600, 6 * 3600, 23 * 3600]);
    later(HOUR_MS + 1);
    await unavailable(token);
    await unavailable(await longLived(issuer));
    expect(at.requests).toBe(5);
    at.publish(issuer.jwks.keys);
    later(EMPTY_COOL_DOWN_MS + 1);
    await accepted(token);
    expect(elsewhere.requests).toBe(0);
  });
});

describe('an issuer that is slow', () => {
  it('is waited for no longer than a fetch may take, whether it is silent or drips', async () => {
    for (const drip of [false, true]) {
      at.answer((_req, res) => {
        if (!drip) return;
        const text = `${' '.repeat(100_000)}${keySet(issuer.jwks.keys)}`;
        res.writeHead(200, { 'Content-Type': 'application/json' });
        let sent = 0;
        const timer = setInterval(() => res.write(text[sent++] ?? ''), 5);
        res.on('close', () => clearInterval(timer));
      });
      await expect(fetchKeySet(at.uri, 200)).rejects.toThrow(/timeout|aborted/);
    }
  });

  it('keeps a token of a known key for a second, and one of an unknown key until it has answered', async () => {
    const token = await longLived(issuer);
    await accepted(token);
    let answer: () => void = () => undefined;
    at.answer((req, res) => {
      answer = () => answerKeys(stranger.jwks.keys)(req, res);
    });
    // However long this machine takes, the fetch goes on until it is answered.
    const limit = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(new AbortController().signal);
    onTestFinished(() => limit.mockRestore());
    later(FRESH_MS + 1, false);
    const started = performance.now();
    await accepted(token);
    expect(performance.now() - started).toBeGreaterThan(900);
    const known = performance.now();
    for (let again = 0; again < 20; again += 1) await accepted(token);
    expect(performance.now() - known).toBeLessThan(10_000);
    const unknown = verify(await longLived(stranger));
    await sleep(50);
    answer();
    await expect(unknown).resolves.toMatchObject({ tenant_id: 'school-1' });
    await refused(token);
    expect(at.requests).toBe(2);
  });
});

describe('a request', () => {
  const list = (origin: URL, token: string) =>
    exchange(origin, { target: '/v1/operations', headers: { Authorization: `Bearer ${token}` } });

  it('is 503 while no keys can be had, and nothing of the issuer is told', async () => {
    at.answer(sends('stack', 'text/plain', 500));
    await using down = await serveFunctions({ keys: { kind: 'remote', uri: at.uri } });
    for (const token of [await down.issuer.sign(), await forged()]) {
      const answer = await list(down.origins.operations, token);
      expect([answer.status, answer.json.code]).toEqual([503, 'identity-unavailable']);
      expect(answer.headers['retry-after']).toBe('5');
      expect(answer.text).not.toMatch(/127\.0\.0\.1|jwks|stack/);
    }
    expect(at.requests).toBe(1);
    expect(down.logged).toContainEqual(
      expect.objectContaining({
        severity: 'WARNING',
        message: 'identity-unavailable',
        err: expect.objectContaining({ message: `no keys from ${at.uri}` }),
      }),
    );
    expect((await list(down.origins.operations, 'garbage')).status).toBe(401);
  });

  it('is 401 with an unknown key, also while the issuer is away', async () => {
    await using kept = await serveFunctions({ keys: { kind: 'remote', uri: at.uri } });
    at.publish(kept.issuer.jwks.keys);
    expect((await list(kept.origins.operations, await kept.issuer.sign())).status).toBe(200);
    at.answer(sends('', 'text/plain', 500));
    later(HOUR_MS);
    for (let guess = 0; guess < 20; guess += 1) {
      const answer = await list(kept.origins.operations, await forged());
      expectSound(answer);
      expect(answer.status).toBe(401);
    }
    expect((await list(kept.origins.operations, await kept.issuer.sign())).status).toBe(200);
    expect(at.requests).toBe(2);
  });
});
