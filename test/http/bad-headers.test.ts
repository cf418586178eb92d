import { describe, expect, it } from 'vitest';
import { exchangeRaw } from '../support/exchange.ts';
import { ask, bearer, GOOD, get, JSON_TYPE, served } from './serving.ts';

describe('headers', () => {
  it.each([
    ['kept', 'abc.DEF_1-9', 'abc.DEF_1-9'],
    ['kept at 128 characters', 'x'.repeat(128), 'x'.repeat(128)],
  ])('X-Request-Id is %s', async (_name, sent, expected) => {
    const answer = await get('/v1/operations/x', { ...bearer, 'X-Request-Id': sent });
    expect(answer.headers['x-request-id']).toBe(expected);
    expect(answer.json.request_id).toBe(expected);
  });

  it.each([
    ['empty', ''],
    ['129 characters', 'x'.repeat(129)],
    ['with a space', 'a b'],
    ['with a quote', 'a"b'],
    ['with markup', '<script>'],
    ['beyond ASCII', 'caf\u00e9'],
  ])('X-Request-Id is replaced: %s', async (_name, sent) => {
    const answer = await get('/v1/operations/x', { ...bearer, 'X-Request-Id': sent });
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it('two X-Request-Ids are both replaced', async () => {
    const answer = await get('/v1/health', [
      ['X-Request-Id', 'one'],
      ['X-Request-Id', 'two'],
    ]);
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each(['Idempotency-Key', 'Authorization'])('%s sent twice', async (name) => {
    const pairs = Object.entries({ ...JSON_TYPE, ...bearer, 'Idempotency-Key': 'k' });
    const headers = [...pairs, ...pairs.filter(([key]) => key === name)] as [string, string][];
    const answer = await ask('submit', { target: '/v1/proofread', body: JSON.stringify(GOOD), headers });
    expect(answer.status).toBe(name === 'Authorization' ? 401 : 400);
  });

  it('Prefer sent several times is one list', async () => {
    const headers: [string, string][] = [
      ...(Object.entries({ ...JSON_TYPE, ...bearer }) as [string, string][]),
      ['Prefer', 'handling=lenient'],
      ['Prefer', 'Respond-Async; x="a,b"'],
    ];
    const answer = await ask('submit', { target: '/v1/proofread', body: JSON.stringify(GOOD), headers });
    expect([answer.status, answer.headers['preference-applied']]).toEqual([202, 'respond-async']);
    expect(answer.headers.vary).toMatch(/\bPrefer\b/);
  });

  it('without Host', async () => {
    const answer = await exchangeRaw(
      served.origins.operations,
      'GET /v1/health HTTP/1.1\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*X-Request-Id: [\s\S]*"field":"Host"/i);
  });

  it.each([
    ['two of them', 'Host: x\r\nHost: x'],
    ['two that differ', 'Host: x\r\nhost: y'],
    ['an empty one and another', 'Host:\r\nHost: x'],
    ['with a space', 'Host: a b'],
    ['with a path', 'Host: x/y'],
    ['with a user', 'Host: me@x'],
    ['with a port that is none', 'Host: x:http'],
    ['with two ports', 'Host: x:1:2'],
    ['a list', 'Host: x, y'],
    ['half an escape', 'Host: %4'],
  ])('Host: %s', async (_name, lines) => {
    for (const version of ['1.1', '1.0']) {
      const answer = await exchangeRaw(
        served.origins.operations,
        `GET /v1/health HTTP/${version}\r\n${lines}\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*"code":"validation-error"[\s\S]*"field":"Host"/i);
    }
  });

  it.each(['x', 'x:', 'x:8080', '127.0.0.1:80', '[::1]:8080', '[v1.a:b]', 'a_b', 'xn--x.example', '%41', ''])(
    'Host may be "%s"',
    async (host) => {
      const answer = await exchangeRaw(
        served.origins.operations,
        `GET /v1/health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    },
  );

  it('an expectation that nobody knows is let pass', async () => {
    const answer = await get('/v1/health', { Expect: 'miracles' });
    expect(answer.status).toBe(200);
  });

  it.each([
    ['more bytes than Node takes', `X-Big: ${'x'.repeat(20_000)}`],
    ['10,000 headers', Array.from({ length: 10_000 }, (_, at) => `X-${at}: 1`).join('\r\n')],
    ['a header without a name', ': x'],
    ['a control character', 'X-Bad: a\u0001\u0000b'],
    ['two lengths', 'Content-Length: 1\r\nContent-Length: 2'],
    ['length and chunks', 'Content-Length: 1\r\nTransfer-Encoding: chunked'],
    ['a negative length', 'Content-Length: -1'],
  ])('%s', async (_name, lines) => {
    const answer = await exchangeRaw(
      served.origins.submit,
      `POST /v1/proofread HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${lines}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    const [head = '', body = ''] = answer.split('\r\n\r\n', 2);
    expect(head).toMatch(/content-type: application\/problem\+json/i);
    expect(head).toMatch(/cache-control: private, no-store/i);
    expect(head).toMatch(/vary: authorization/i);
    expect(head).toMatch(/x-content-type-options: nosniff/i);
    const problem = JSON.parse(body);
    expect(head).toMatch(new RegExp(`x-request-id: ${problem.request_id}`, 'i'));
    expect(answer.match(/^HTTP\/1\.1/gm)).toHaveLength(1);
  });

  it('chunks that are none', async () => {
    const head = ['POST /v1/proofread HTTP/1.1', 'Host: x', `Authorization: ${bearer.Authorization}`];
    const answer = await exchangeRaw(
      served.origins.submit,
      `${head.join('\r\n')}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*problem\+json/);
  });
});
