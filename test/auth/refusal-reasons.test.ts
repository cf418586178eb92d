import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exchange } from '../support/exchange.ts';
import { type ServedFunctions, serveFunctions } from '../support/served-functions.ts';
import { AUDIENCE, createTestIssuer } from '../support/test-issuer.ts';

let served: ServedFunctions;
beforeAll(async () => {
  served = await serveFunctions({ claims: { tenantClaim: 'org.id' } });
});
afterAll(() => served[Symbol.asyncDispose]());

const now = () => Math.floor(Date.now() / 1000);
const sign = (claims: Record<string, unknown>, header?: Record<string, unknown>) =>
  served.issuer.sign({ org: { id: 'school-1' }, ...claims }, header);

/** What is logged at info of a request with these headers, which is refused. */
async function refused(headers: readonly (readonly [string, string])[], worker = false) {
  const { origins, logged } = served;
  const before = logged.length;
  const asked = worker
    ? { target: '/tasks/run', method: 'POST', headers }
    : { target: '/v1/operations', headers };
  const answer = await exchange(worker ? origins.worker : origins.operations, asked);
  expect([answer.status, answer.json.code]).toEqual([401, 'unauthorized']);
  const lines = logged.slice(before);
  const [line, ...more] = lines.filter(({ severity }) => severity === 'INFO');
  expect(more).toEqual([]);
  expect(line).toMatchObject({ message: 'request', status: 401, code: 'unauthorized' });
  expect(answer.text).not.toContain(String(line?.['reason']));
  for (const [, value] of headers) {
    const token = value.split(' ').at(-1) ?? '';
    for (const part of token.split('.').filter((one) => one.length > 10))
      expect(JSON.stringify(lines)).not.toContain(part);
  }
  return line?.['reason'];
}

describe('why a token was refused is logged, and not answered', () => {
  it.each<[string, () => Promise<string>, RegExp]>([
    ['an issuer', () => sign({ iss: 'https://elsewhere.example' }), /"iss"/],
    ['an audience', () => sign({ aud: 'another' }), /"aud"/],
    ['an expiry', () => sign({ exp: now() - 1 }), /"exp"/],
    ['a start', () => sign({ nbf: now() + 60 }), /"nbf"/],
    ['a key', () => sign({}, { kid: 'unknown' }), /no applicable key/],
    ['an algorithm', async () => `${btoa('{"alg":"none"}').replaceAll('=', '')}.e30.AA`, /"alg"/],
    ['a signature', async () => (await createTestIssuer()).sign({}, { kid: served.issuer.kid }), /signature/],
    ['a form', async () => 'a.b', /three parts/],
    ['a type', () => sign({}, { typ: 'logout+jwt' }), /type/],
    ['a tenant', () => served.issuer.sign(), /^valid, but no usable tenant: the claim at org.id is absent$/],
    ['an odd tenant', () => sign({ org: { id: 7 } }), /^valid, but no usable tenant: .* is no string$/],
  ])('%s', async (_name, token, reason) => {
    expect(await refused([['Authorization', `Bearer ${await token()}`]])).toMatch(reason);
  });

  it('no token, two of them, and another scheme', async () => {
    const token = await sign({});
    expect(await refused([])).toBe('no Authorization header');
    expect(
      await refused([
        ['Authorization', `Bearer ${token}`],
        ['Authorization', `Bearer ${token}`],
      ]),
    ).toBe('more than one Authorization header');
    expect(await refused([['Authorization', `Basic ${token}`]])).toMatch(/^no bearer token/);
  });

  it('a reason that quotes the token, which is cut', async () => {
    const crit = `x${'y'.repeat(5000)}`;
    const header = Buffer.from(JSON.stringify({ alg: 'ES256', crit: [crit], [crit]: 1 })).toString(
      'base64url',
    );
    const reason = await refused([['Authorization', `Bearer ${header}.e30.AAAA`]]);
    expect(String(reason).length).toBeLessThanOrEqual(200);
  });

  it('the account of a delivery', async () => {
    const other = await served.queueIdentity.sign(
      'https://worker.example',
      'other@project.iam.gserviceaccount.com',
    );
    const reason = await refused([['Authorization', `Bearer ${other}`]], true);
    expect(reason).toBe('valid, but not of the service account that delivers tasks');
  });
});

describe('what the configuration says of tokens', () => {
  it('several audiences: a token is for one of them', async () => {
    await using served = await serveFunctions({ audience: ['mobile', AUDIENCE] });
    const status = async (aud: unknown) => {
      const headers = await served.bearer({ aud });
      return (await exchange(served.origins.operations, { target: '/v1/operations', headers })).status;
    };
    expect(await status('mobile')).toBe(200);
    expect(await status(['other', AUDIENCE])).toBe(200);
    expect(await status('other')).toBe(401);
    expect(await status(`mobile,${AUDIENCE}`)).toBe(401);
  });

  it('a clock that differs: so many seconds and no more, also of a token that was verified before', async () => {
    await using served = await serveFunctions({ clockToleranceS: 60 });
    const ask = async (headers: Record<string, string>) =>
      (await exchange(served.origins.operations, { target: '/v1/operations', headers })).status;
    expect(await ask(await served.bearer({ exp: now() - 30 }))).toBe(200);
    expect(await ask(await served.bearer({ exp: now() - 61 }))).toBe(401);
    expect(await ask(await served.bearer({ nbf: now() + 30 }))).toBe(200);
    expect(await ask(await served.bearer({ nbf: now() + 90 }))).toBe(401);
    const late = await served.bearer({ exp: now() - 30 });
    expect([await ask(late), await ask(late)]).toEqual([200, 200]);
  });
});
