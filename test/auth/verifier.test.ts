import { createHmac, createPrivateKey, createPublicKey, sign as signBytes } from 'node:crypto';
import { exportJWK, exportPKCS8, exportSPKI, generateKeyPair, importJWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TokenRefused } from '../../shared/auth/token-refused.ts';
import { createTokenVerifier } from '../../shared/auth/verifier.ts';
import { exchange, expectSound } from '../support/exchange.ts';
import { type ServedFunctions, serveFunctions } from '../support/served-functions.ts';
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

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);
const claims = () => ({ iss: ISSUER, aud: AUDIENCE, sub: 'user', tenant_id: 'school-1', exp: now() + 300 });

/** A token that jose would not make. */
const forged = (header: object, signature: (input: string) => string, payload: object = claims()): string => {
  const input = `${base64url(header)}.${base64url(payload)}`;
  return `${input}.${signature(input)}`;
};
/** One of the issuer whose payload, or whole signing input, is spelt by hand. */
const signedText = async (payload: string, header: object = { alg: 'ES256', kid: issuer.kid }) => {
  const input = `${base64url(header)}.${Buffer.from(payload).toString('base64url')}`;
  return `${input}.${(await signedBy(issuer))(input)}`;
};
const withTimes = (times: string) => signedText(`${JSON.stringify(claims()).slice(0, -1)},${times}}`);
const paddedPart = async (part: 0 | 1) => {
  // Of a length that base64 would pad.
  const parts = [base64url({ alg: 'ES256', kid: issuer.kid, x: '' }), base64url({ ...claims(), x: '' })];
  parts[part] += '='.repeat((4 - ((parts[part]?.length ?? 0) % 4)) % 4 || 4);
  const input = parts.join('.');
  return `${input}.${(await signedBy(issuer))(input)}`;
};
/** The same bytes with bits set that no byte takes. */
const respelt = (token: string) => {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return token.slice(0, -1) + letters[letters.indexOf(token.slice(-1)) + 1];
};
const hmac = (secret: string) => (input: string) =>
  createHmac('sha256', secret).update(input).digest('base64url');
const signedBy = async (who: TestIssuer) => {
  const key = createPrivateKey(await exportPKCS8(who.privateKey));
  return (input: string) =>
    signBytes('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
};

const list = (headers: Record<string, string> | [string, string][]) =>
  exchange(served.origins.operations, { target: '/v1/operations', headers });

describe('a token that verifies', () => {
  it.each(['Bearer', 'bearer', 'BEARER', 'Bearer  '])('admits its tenant: %s', async (scheme) => {
    const answer = await list({ Authorization: `${scheme} ${await issuer.sign()}` });
    expect(answer.status).toBe(200);
  });

  it.each([undefined, 'JWT', 'jwt', 'at+jwt', 'AT+JWT', 'application/at+jwt', 'application/JWT'])(
    'may be of type %s',
    async (typ) => {
      const token = await issuer.sign({}, { typ });
      expect((await list({ Authorization: `Bearer ${token}` })).status).toBe(200);
    },
  );

  it.each([
    ['expire at the last of all times', () => ({ exp: 8.64e12 })],
    ['expire in a fraction of a second', () => ({ exp: now() + 100.5 })],
    ['have times that are whole', () => ({ iat: now(), nbf: now() })],
    ['have a claim of its own that is called events', () => ({ events: ['joined'] })],
  ])('may %s', async (_name, changes) => {
    const token = await issuer.sign(changes());
    expect((await list({ Authorization: `Bearer ${token}` })).status).toBe(200);
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

describe('every unusable token is answered with 401', () => {
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
    'an expiry that is endless': () => withTimes('"exp":1e999'),
    'an expiry after all dates': () => issuer.sign({ exp: 8.64e12 + 1 }),
    'an expiry that is a list': () => issuer.sign({ exp: [now() + 300] }),
    'an expiry that is null': () => issuer.sign({ exp: null }),
    'a start before all dates': () => withTimes('"nbf":-1e999'),
    'an issue time after all dates': () => withTimes('"iat":1e999'),
    'an issue time that is no number': () => issuer.sign({ iat: 'x' }),
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
    'a padded signature': async () => `${await issuer.sign()}==`,
    'a signature with one sign of padding': async () => `${await issuer.sign()}=`,
    'a signature padded by too much': async () => `${await issuer.sign()}====`,
    'a padded header': () => paddedPart(0),
    'a padded payload': () => paddedPart(1),
    'a signature that is spelt otherwise': async () => respelt(await issuer.sign()),
    'a signature in plain base64': async () => {
      for (;;) {
        const token = await issuer.sign();
        const at = token.lastIndexOf('.');
        const plain = token.slice(at).replaceAll('-', '+').replaceAll('_', '/');
        if (plain !== token.slice(at)) return token.slice(0, at) + plain;
      }
    },
    'an event': () =>
      issuer.sign(
        { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } },
        { typ: undefined },
      ),
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

  // RFC 8725, section 3.11. Each is the type of a token that is no bearer token, as registered or in use.
  it.each<unknown>([
    ...['logout+jwt', 'application/logout+jwt', 'Logout+JWT', 'secevent+jwt', 'dpop+jwt', 'DPoP+JWT'],
    ...['token-introspection+jwt', 'oauth-authz-req+jwt', 'client-authentication+jwt', 'kb+jwt', 'dc+sd-jwt'],
    ...['vc+jwt', 'statuslist+jwt', 'entity-statement+jwt', 'trust-mark+jwt', 'openid4vci-proof+jwt'],
    ...['oauth-client-attestation-pop+jwt', 'oauth-id-jag+jwt', 'txntoken+jwt', 'refresh+jwt', 'passport'],
    ...['JOSE', 'JOSE+JSON', 'at+jwt+x', 'text/jwt', 'application/application/jwt', ' JWT', ''],
    ...[null, 7, ['JWT'], { typ: 'JWT' }],
  ])('of type %j', async (typ) => {
    const token = await signedText(JSON.stringify(claims()), { alg: 'ES256', kid: issuer.kid, typ });
    const answer = await list({ Authorization: `Bearer ${token}` });
    expect([answer.status, answer.json.code]).toEqual([401, 'unauthorized']);
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

describe('the algorithm of a token', () => {
  const verifierOf = (keys: readonly object[]) =>
    createTokenVerifier({
      issuer: ISSUER,
      audience: AUDIENCE,
      keys: { kind: 'inline', jwks: { keys: keys.map((key) => ({ ...key })) } },
    });

  it.each([
    ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
    ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
  ])('may be %s', async (alg) => {
    const { privateKey, publicKey } = await generateKeyPair(alg);
    // Without `alg`: the list alone decides.
    const { alg: _, ...jwk } = { ...(await exportJWK(publicKey)), kid: 'k' };
    const token = await new SignJWT(claims()).setProtectedHeader({ alg, kid: 'k' }).sign(privateKey);
    await expect(verifierOf([jwk])(token)).resolves.toMatchObject({ tenant_id: 'school-1' });
  });

  // jose knows more than these, and the next version may know others: what counts is the list.
  it.each([
    ...['none', 'HS256', 'HS384', 'HS512', 'ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87', 'ES256K', 'RS1'],
    ...['RSA-OAEP', 'dir', 'Ed448', 'es256', '__proto__', 'constructor'],
  ])('may not be %s', async (alg) => {
    const token = forged({ alg, kid: issuer.kid }, hmac(spki));
    const failure = await verifierOf(issuer.jwks.keys)(token).catch((error) => error);
    expect(failure).toBeInstanceOf(TokenRefused);
    expect(failure.cause).toMatchObject({ code: 'ERR_JOSE_ALG_NOT_ALLOWED' });
  });
});

it('a configured key that is no public key stops the start', () => {
  const jwks = { keys: [{ kty: 'oct', k: 'AA' }] };
  expect(() =>
    createTokenVerifier({ issuer: ISSUER, audience: AUDIENCE, keys: { kind: 'inline', jwks } }),
  ).toThrow('no public RSA, EC or Ed25519 key');
});

it('an overlong token is refused before it is decoded', async () => {
  const jwks = { keys: issuer.jwks.keys.map((key) => ({ ...key })) };
  const verify = createTokenVerifier({ issuer: ISSUER, audience: AUDIENCE, keys: { kind: 'inline', jwks } });
  await expect(verify(await issuer.sign({ pad: 'x'.repeat(9000) }))).resolves.toBeDefined();
  await expect(verify(await issuer.sign({ pad: 'x'.repeat(13_000) }))).rejects.toThrow(TokenRefused);
});

it('a public key can verify and cannot sign', () => {
  expect(createPublicKey(spki).type).toBe('public');
  for (const key of issuer.jwks.keys) expect(key).not.toHaveProperty('d');
});
