import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { closed, listen } from '../../local/start/listen.ts';
import { arrivingRequest } from '../support/arriving-request.ts';
import { exchange, expectSound } from '../support/exchange.ts';
import { hangs } from '../support/scripted-provider.ts';
import { type ServedFunctions, serveFunctions } from '../support/served-functions.ts';
import { createTestIssuer } from '../support/test-issuer.ts';

const LONG = { text: 'அவன் வந்தான். '.repeat(100) };
const BODY = '{"text":"x"}';
const JSON_TYPE = { 'Content-Type': 'application/json' };

const poster = async (served: ServedFunctions, tenant_id: string) => {
  const bearer = await served.bearer({ tenant_id });
  return (body: unknown, headers: Record<string, string> = {}) =>
    exchange(served.origins.submit, {
      target: '/v1/proofread',
      headers: { ...JSON_TYPE, ...bearer, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
};

describe('requests per minute', () => {
  // No part of the quota is restored meanwhile, however slow the machine is.
  beforeEach(() => void vi.spyOn(performance, 'now').mockReturnValue(performance.now()));
  afterEach(() => void vi.restoreAllMocks());

  it('are told in every answer to a tenant, good or bad', async () => {
    await using served = await serveFunctions({ quota: { requestsPerMinute: 6 } });
    const bearer = await served.bearer();
    const get = (target: string) => exchange(served.origins.operations, { target, headers: bearer });
    const fields = [];
    for (const target of ['/v1/operations', '/v1/operations?page_size=x', '/v1/operations/none']) {
      const answer = await get(target);
      expectSound(answer);
      fields.push([answer.status, answer.headers['ratelimit-policy'], answer.headers['ratelimit']]);
    }
    expect(fields).toEqual([
      [200, '"requests";q=6;w=60', '"requests";r=5;t=10'],
      [400, '"requests";q=6;w=60', '"requests";r=4;t=20'],
      [404, '"requests";q=6;w=60', '"requests";r=3;t=30'],
    ]);
  });

  it('are nobody’s business where there is no tenant', async () => {
    await using served = await serveFunctions();
    for (const target of ['/v1/health', '/v1/operations', '/nowhere']) {
      const { headers } = await exchange(served.origins.operations, { target });
      expect(headers).not.toHaveProperty('ratelimit');
    }
  });

  it('over the quota are 429 with when to come again, and others are not held up', async () => {
    await using served = await serveFunctions({ quota: { requestsPerMinute: 6 } });
    const bearer = await served.bearer();
    const get = (headers: Record<string, string>) =>
      exchange(served.origins.operations, { target: '/v1/operations', headers });
    for (let n = 0; n < 6; n += 1) expect((await get(bearer)).status).toBe(200);
    const refused = await get(bearer);
    expectSound(refused);
    expect(refused.json).toMatchObject({ status: 429, code: 'rate-limited' });
    expect(refused.headers['retry-after']).toBe('10');
    expect(refused.headers['ratelimit']).toBe('"requests";r=0;t=10');
    expect((await get(await served.bearer({ tenant_id: 'school-2' }))).status).toBe(200);
  });

  it('are one quota for all functions that share a process', async () => {
    await using served = await serveFunctions({ quota: { requestsPerMinute: 2 } });
    const post = await poster(served, 'school-1');
    await post({ text: 'அவன்' });
    const { headers } = await exchange(served.origins.operations, {
      target: '/v1/operations',
      headers: await served.bearer(),
    });
    expect(headers['ratelimit']).toContain('r=0');
  });

  it('are refused before the body is read', async () => {
    await using served = await serveFunctions({ quota: { requestsPerMinute: 1 } });
    const { Authorization } = await served.bearer();
    await exchange(served.origins.operations, { target: '/v1/operations', headers: { Authorization } });
    const { hostname, port } = served.origins.submit;
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /v1/proofread HTTP/1.1\r\nHost: a\r\nAuthorization: ${Authorization}\r\n` +
        'Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{',
    );
    const [first] = await Array.fromAsync(socket.take(1));
    socket.destroy();
    expect(String(first)).toMatch(/^HTTP\/1\.1 429 /);
  });
});

describe('requests under way', () => {
  it('over the quota are 429, whatever the others wait for; another tenant’s are not', async () => {
    await using served = await serveFunctions({ concurrentRequests: 2 });
    const { Authorization } = await served.bearer({ tenant_id: 'school-1' });
    const { hostname, port } = served.origins.submit;
    const body = JSON.stringify({ text: 'அவன் வந்தான்.' });
    const half = () => {
      const socket = connect(Number(port), hostname);
      socket.write(
        `POST /v1/proofread HTTP/1.1\r\nHost: a\r\nAuthorization: ${Authorization}\r\n` +
          `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body.slice(0, 8)}`,
      );
      return socket;
    };
    const held = [half(), half()];
    const post = await poster(served, 'school-1');
    await vi.waitFor(async () => expect((await post('{}')).status).toBe(429), { timeout: 30_000 });
    const refused = await post('{}');
    expectSound(refused);
    expect(refused.json.code).toBe('rate-limited');
    expect(refused.headers['retry-after']).toBe('1');
    expect(refused.headers['ratelimit']).toBe('"concurrent-requests";r=0;t=1');
    expect(refused.headers['ratelimit-policy']).toBe('"concurrent-requests";q=2;qu="concurrent-requests"');
    expect((await (await poster(served, 'school-2'))(body)).status).toBe(200);

    held[0]?.destroy();
    await vi.waitFor(async () => expect((await post('{}')).status).toBe(400), { timeout: 30_000 });
    const answered = once(held[1] as Socket, 'data');
    held[1]?.write(body.slice(8));
    expect(String((await answered)[0])).toMatch(/^HTTP\/1\.1 200 /);
    await vi.waitFor(() => expect(served.concurrent.size).toBe(0), { timeout: 30_000 });
  });
});

describe('a client that goes away while its token is verified', () => {
  it.each([
    ['half of its body', 8],
    ['all of its body', BODY.length],
  ])('after %s has no place any more', async (_name, sent) => {
    const issuer = await createTestIssuer();
    const asked = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const keys = createServer(async (_req, res) => {
      asked.resolve();
      await gate.promise;
      res.end(JSON.stringify(issuer.jwks));
    });
    const { port: keysPort } = await listen(keys, 0);
    onTestFinished(() => closed(keys));
    await using served = await serveFunctions({
      keys: { kind: 'remote', uri: `http://127.0.0.1:${keysPort}/` },
    });
    const { hostname, port } = served.origins.submit;
    const arriving = arrivingRequest(served.origins.submit);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /v1/proofread HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${await issuer.sign()}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY.slice(0, sent)}`,
    );
    const request = await arriving;
    await asked.promise;
    const gone = Promise.withResolvers<void>();
    request.once('close', gone.resolve);
    socket.destroy();
    await gone.promise;
    gate.resolve();
    const lines = () => served.logged.filter(({ message }) => message === 'request');
    await vi.waitFor(() => expect(lines()).toMatchObject([{ outcome: 'client-gone' }]), { timeout: 30_000 });
    expect(served.concurrent.size).toBe(0);
  });
});

describe('unfinished operations', () => {
  const quota = { unfinishedOperations: 3 };

  it('over the quota are 429, and nothing is recorded', async () => {
    await using served = await serveFunctions({ quota });
    const post = await poster(served, 'school-1');
    for (let n = 0; n < 3; n += 1) expect((await post(LONG)).status).toBe(202);
    const refused = await post(LONG);
    expectSound(refused);
    expect(refused.json.code).toBe('rate-limited');
    expect(refused.headers['retry-after']).toBe('5');
    expect(refused.headers['ratelimit']).toBe('"unfinished-operations";r=0;t=5');
    expect(served.storeCalls.create).toBe(3);
    expect((await (await poster(served, 'school-2'))(LONG)).status).toBe(202);
  });

  it('that are many at once are not one too many', async () => {
    await using served = await serveFunctions({ quota });
    const post = await poster(served, 'school-1');
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(LONG)));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(3);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(17);
  });

  it('do not keep a tenant from what its key has made, but from a text that the queue might have to take over', async () => {
    await using served = await serveFunctions({ quota });
    const post = await poster(served, 'school-1');
    const key = { 'Idempotency-Key': 'first' };
    const first = await post(LONG, key);
    await post(LONG);
    await post(LONG);
    expect((await post(LONG)).status).toBe(429);
    const replayed = await post(LONG, key);
    expect([replayed.status, replayed.headers['idempotent-replayed']]).toEqual([202, 'true']);
    expect(replayed.json.operation_id).toBe(first.json.operation_id);
    expect((await post({ text: `${LONG.text}.` }, key)).json.code).toBe('idempotency-key-reused');
    expect((await post(LONG, { 'Idempotency-Key': 'other' })).status).toBe(429);
    const SHORT = { text: 'அவன் வந்தான்.' };
    expect((await post(SHORT)).status).toBe(429);
    expect((await post(SHORT, { 'Idempotency-Key': 'other' })).status).toBe(429);
    expect((await (await poster(served, 'school-2'))(SHORT)).status).toBe(200);
  });

  it.each([
    ['without keys', () => ({})],
    ['with keys', (n: number) => ({ 'Idempotency-Key': `k-${n}` })],
  ])('are no more for all that one window hands over, %s', async (_name, headers) => {
    await using served = await serveFunctions({ quota, limits: { syncTimeoutMs: 300 } });
    served.provider.script = hangs;
    const post = await poster(served, 'school-1');
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) => post({ text: 'அவன் வந்தான்.' }, headers(n))),
    );
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(3);
    expect(answers.filter(({ json }) => json.code === 'rate-limited')).toHaveLength(197);
    expect(served.provider.calls).toHaveLength(3);
    expect(await served.services.store.countUnfinished('school-1', 1000)).toBe(3);
  });

  it('do not count what is answered at once, however much it is', async () => {
    await using served = await serveFunctions({ quota });
    const post = await poster(served, 'school-1');
    for (let n = 0; n < 20; n += 1) {
      const headers: Record<string, string> = n % 2 ? { 'Idempotency-Key': `k-${n}` } : {};
      expect((await post({ text: 'அவன் வந்தான்.' }, headers)).status).toBe(200);
    }
  });

  it('may be as many again when they are finished', async () => {
    await using served = await serveFunctions({ quota });
    const post = await poster(served, 'school-1');
    const { json } = await post(LONG);
    await post(LONG);
    await post(LONG);
    await exchange(served.origins.operations, {
      target: `/v1/operations/${json.operation_id}/cancel`,
      method: 'POST',
      headers: await served.bearer(),
    });
    expect((await post(LONG)).status).toBe(202);
    expect((await post(LONG)).status).toBe(429);
  });

  it('ask the store for nothing but the record while they are few', async () => {
    await using served = await serveFunctions();
    let counts = 0;
    served.interpose(() => ({
      countUnfinished: async () => {
        counts += 1;
        return 0;
      },
    }));
    const post = await poster(served, 'school-1');
    for (let n = 0; n < 50; n += 1) expect((await post(LONG)).status).toBe(202);
    expect([counts, served.storeCalls]).toEqual([0, { create: 50, read: 0, update: 0 }]);
  });
});
