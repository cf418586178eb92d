import { describe, expect, it } from 'vitest';
import { idOf } from '../contract/records.ts';
import { exchangeRaw } from '../support/exchange.ts';
import { ask, bearer, get, served, type Where } from './serving.ts';

describe('ids', () => {
  it.each([
    ['unknown', idOf('nothing')],
    ['unknown in upper case', idOf('nothing').toUpperCase()],
    ['not a UUID', 'nothing'],
    ['a UUID of no version', '00000000-0000-0000-0000-000000000001'],
    ['with braces', `{${idOf('nothing')}}`],
    ['NUL', '%00'],
    ['invalid percent encoding', '%E0%A4%A'],
    ['a lone percent', '%'],
    ['an encoded slash', 'a%2Fcancel'],
    ['dots', '..'],
    ['encoded dots', '%2e%2e'],
    ['unicode', encodeURIComponent('தமிழ்😀')],
    ['a newline', '%0d%0aX-Injected:%20yes'],
    ['a prototype key', '__proto__'],
    ['SQL', "';DROP%20TABLE%20operations;--"],
    ['a path', '..%2f..%2fetc%2fpasswd'],
    ['very long', 'a'.repeat(8000)],
  ])('%s', async (_name, id) => {
    for (const asked of [
      { target: `/v1/operations/${id}`, headers: bearer },
      { target: `/v1/operations/${id}/cancel`, method: 'POST', headers: bearer },
    ]) {
      const answer = await ask('operations', asked);
      // `..` names the list of operations to whoever resolves paths.
      if (['..', '%2e%2e'].includes(id)) continue;
      expect([answer.status, answer.json.code]).toEqual([404, 'not-found']);
      expect(answer.headers).not.toHaveProperty('x-injected');
    }
  });
});

describe('paths and methods', () => {
  const everywhere: Where[] = ['submit', 'operations', 'worker'];

  it.each([
    '/',
    '/favicon.ico',
    '/robots.txt',
    '/v1',
    '/v1/',
    '/v2/proofread',
    '/v1/proofread/',
    '/v1//proofread',
    '/V1/PROOFREAD',
    '/v1/proofread%00',
    '/v1/operations/',
    '/tasks/run/x',
    '/.env',
    '/%',
    '//',
    '/?x=1',
    '/v1/proofread;x=1',
    `/${'a/'.repeat(3000)}`,
    'http://elsewhere.example',
    'http://elsewhere.example/v2/health',
    'ftp://elsewhere.example/v1/health',
    '//elsewhere.example/v1/health',
  ])('%s is unknown everywhere, to whoever asks', async (target) => {
    for (const where of everywhere) {
      const answer = await ask(where, { target });
      expect([answer.status, answer.json.code]).toEqual([404, 'not-found']);
    }
  });

  it.each([
    ['submit', '/v1/proofread', ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'TRACE'], 'POST'],
    ['submit', '/v1/essay-critique', ['GET', 'HEAD', 'OPTIONS', 'PUT'], 'POST'],
    ['operations', `/v1/operations/${idOf('x')}`, ['POST', 'OPTIONS', 'PUT', 'TRACE'], 'GET, HEAD, DELETE'],
    ['operations', '/v1/operations', ['POST', 'DELETE', 'PROPFIND'], 'GET, HEAD'],
    ['operations', `/v1/operations/${idOf('x')}/cancel`, ['GET', 'HEAD', 'DELETE'], 'POST'],
    ['operations', '/v1/health', ['POST', 'PUT'], 'GET, HEAD'],
    ['worker', '/tasks/run', ['GET', 'HEAD', 'PUT', 'TRACE'], 'POST'],
  ] as const)('%s %s takes none of %j', async (where, target, methods, allow) => {
    for (const method of methods) {
      const answer = await ask(where, { target, method, headers: { ...bearer, 'Content-Length': '0' } });
      expect([method, answer.status, answer.headers.allow]).toEqual([method, 405, allow]);
      if (method !== 'HEAD') expect(answer.json.code).toBe('method-not-allowed');
    }
  });

  it.each(['http://elsewhere.example', 'HTTP://Elsewhere.example:8080', 'https://[::1]'])(
    'what follows %s is the path and the query',
    async (authority) => {
      const [health, list] = [
        await get(`${authority}/v1/health?x=1`, {}),
        await get(`${authority}/v1/operations?page_size=0`),
      ];
      expect([health.status, list.json.errors]).toEqual([
        200,
        [expect.objectContaining({ field: 'page_size' })],
      ]);
    },
  );

  it('HEAD is GET without the body', async () => {
    const answer = await ask('operations', { target: '/v1/health', method: 'HEAD' });
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(Number(answer.headers['content-length'])).toBeGreaterThan(0);
  });

  it.each([
    ['a method that HTTP does not know', 'BREW /coffee HTTP/1.1'],
    ['a target of raw bytes', 'GET /v1/operations/\u00e9\u00ff HTTP/1.1'],
    ['a target with a space', 'GET /v1/operations/a b HTTP/1.1'],
    ['a protocol of the future', 'GET /v1/health HTTP/9.9'],
    ['no HTTP at all', '\u0016\u0003\u0001'],
  ])('%s is refused as a problem too', async (_name, line) => {
    const answer = await exchangeRaw(served.origins.submit, `${line}\r\nHost: x\r\n\r\n`);
    expect(answer).toMatch(
      /^HTTP\/1\.1 400 [\s\S]*application\/problem\+json[\s\S]*"code":"validation-error"/,
    );
  });
});

describe('query parameters', () => {
  it('a hundred duplicates', async () => {
    const answer = await get(`/v1/operations?${'status=queued&'.repeat(100)}`);
    expect(answer.json.errors).toEqual([{ field: 'status', message: 'must be sent once' }]);
  });

  it('every fault in one answer', async () => {
    const answer = await get('/v1/operations?page_size=0&status=done&endpoint=x&page_token=!&status=queued');
    expect(answer.status).toBe(400);
    expect(answer.json.errors.map(({ field }: { field: string }) => field).sort()).toEqual([
      'endpoint',
      'page_size',
      'page_token',
      'status',
    ]);
  });

  it.each(['page_size=', 'page_size=0', 'page_size=101', 'page_size=-1', 'page_size=1e1', 'page_size=%00'])(
    '%s',
    async (query) => {
      expect((await get(`/v1/operations?${query}`)).json.errors).toMatchObject([{ field: 'page_size' }]);
    },
  );

  it.each([
    'x',
    '_',
    `-1_${idOf('x')}`,
    `1e400_${idOf('x')}`,
    `1_${idOf('x').toUpperCase()}`,
    '1___proto__',
    'A'.repeat(5000),
    '%F0%9F%98',
  ])('page_token=%s', async (token) => {
    expect((await get(`/v1/operations?page_token=${token}`)).json.errors).toMatchObject([
      { field: 'page_token' },
    ]);
  });

  it('unknown ones and absurd ones are read past', async () => {
    for (const query of ['x=1', '__proto__=1', '%', '&&&', '=', '?', 'a[b][c]=1', 'page_size=1&x=%ZZ'])
      expect((await get(`/v1/operations?${query}`)).status).toBe(200);
  });
});
