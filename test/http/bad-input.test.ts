import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MAX_BODY_BYTES } from '../../shared/http/body.ts';
import { ProviderRejected, ProviderUnavailable } from '../../shared/operations/kind.ts';
import { StoreUnavailable } from '../../shared/operations/store/port.ts';
import { idOf } from '../contract/records.ts';
import { type Exchanged, exchange, exchangeRaw, expectSound, type Request } from '../support/exchange.ts';
import { nothingFound } from '../support/scripted-provider.ts';
import { type ServedFunctions, serveFunctions } from '../support/served-functions.ts';

let served: ServedFunctions;
let bearer: { Authorization: string };

beforeAll(async () => {
  served = await serveFunctions();
  bearer = await served.bearer();
});
afterAll(() => served[Symbol.asyncDispose]());
afterEach(() => {
  served.provider.script = nothingFound;
  served.interpose(() => ({}));
});

const JSON_TYPE = { 'Content-Type': 'application/json' };
type Where = keyof ServedFunctions['origins'];

/** Asks, and holds the answer to what holds for every answer. */
const ask = async (where: Where, asked: Request): Promise<Exchanged> => {
  const answer = await exchange(served.origins[where], asked);
  expectSound(answer, asked);
  return answer;
};
const post = (body: string | Buffer, headers: Record<string, string> = {}, target = '/v1/proofread') =>
  ask('submit', { target, body, headers: { ...JSON_TYPE, ...bearer, ...headers } });
const postJson = (value: unknown, headers?: Record<string, string>, target?: string) =>
  post(JSON.stringify(value), headers, target);
const get = (target: string, headers: Request['headers'] = bearer) => ask('operations', { target, headers });
const GOOD = { text: 'அந்த பையன் வந்தான்.' };

describe('the body is not JSON', () => {
  it.each<[string, string | Buffer]>([
    ['nothing', ''],
    ['white space', '  \n'],
    ['truncated', '{"text":"அ'],
    ['two values', '{"text":"a"}{}'],
    ['single quotes', "{'text':'a'}"],
    ['a trailing comma', '{"text":"a",}'],
    ['NaN', '{"text":NaN}'],
    ['a comment', '{"text":"a"/**/}'],
    ['HTML', '<html><script>alert(1)</script>'],
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
    [
      'overlong UTF-8',
      Buffer.concat([Buffer.from('{"text":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]),
    ],
    [
      'a surrogate in UTF-8',
      Buffer.concat([Buffer.from('{"text":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
    ],
    ['UTF-16', Buffer.from('\ufeff{"text":"a"}', 'utf16le')],
    ['200 KB of [', '['.repeat(200_000)],
    ['200 KB of {"a":', '{"a":'.repeat(40_000)],
    ['binary', Buffer.from(Array.from({ length: 512 }, (_, at) => (at * 7) % 256))],
  ])('%s', async (_name, body) => {
    const answer = await post(body);
    expect([answer.status, answer.json.code]).toEqual([400, 'malformed-json']);
  });

  it('a byte order mark is read past', async () => {
    expect((await post(`\ufeff${JSON.stringify(GOOD)}`)).status).toBe(200);
  });
});

describe('the body is not application/json', () => {
  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'application/problem+json',
    'application/cloudevents+json',
    'application/json, text/plain',
    'application/json; charset=utf-16',
    'application/json; charset=iso-8859-1',
    'json',
    '*/*',
    '',
  ])('%s', async (type) => {
    const answer = await post(JSON.stringify(GOOD), { 'Content-Type': type });
    expect([answer.status, answer.json.code]).toEqual([415, 'unsupported-media-type']);
  });

  it('no content type', async () => {
    const answer = await ask('submit', { target: '/v1/proofread', body: '{}', headers: bearer });
    expect(answer.status).toBe(415);
  });

  it.each(['gzip', 'br', 'deflate', 'identity, gzip', 'unknown'])(
    'Content-Encoding: %s',
    async (encoding) => {
      const answer = await post('\u001f\u008b', { 'Content-Encoding': encoding });
      expect(answer.json.code).toBe('unsupported-media-type');
    },
  );

  it.each([
    'application/json; charset=utf-8',
    'Application/JSON;Charset="UTF-8"',
    'application/json; charset=utf8',
    'application/json; profile="a;b"',
    'application/json;',
  ])('but this is: %s', async (type) => {
    expect((await post(JSON.stringify(GOOD), { 'Content-Type': type })).status).toBe(200);
  });

  it('nor is it refused for saying that it is not encoded', async () => {
    expect((await post(JSON.stringify(GOOD), { 'Content-Encoding': 'Identity' })).status).toBe(200);
  });
});

describe('the body is too large', () => {
  const padded = (bytes: number) => `{"text":"a"${' '.repeat(bytes - 12)}}`;

  it('exactly at the limit it is read', async () => {
    expect((await post(padded(MAX_BODY_BYTES))).status).toBe(200);
    const chunked = { target: '/v1/proofread', chunked: true, headers: { ...JSON_TYPE, ...bearer } };
    expect((await ask('submit', { ...chunked, body: padded(MAX_BODY_BYTES) })).status).toBe(200);
  });

  it.each([
    ['one byte more by Content-Length', MAX_BODY_BYTES + 1, false],
    ['one byte more by chunks', MAX_BODY_BYTES + 1, true],
    ['8 MB by Content-Length', 8_000_000, false],
    ['8 MB by chunks', 8_000_000, true],
  ])('%s: the client can read the 413', async (_name, bytes, chunked) => {
    const headers = { ...JSON_TYPE, ...bearer };
    const answer = await ask('submit', { target: '/v1/proofread', body: padded(bytes), chunked, headers });
    expect([answer.status, answer.json.code]).toEqual([413, 'payload-too-large']);
  });

  it('by Content-Length it is refused before the body is sent', async () => {
    const head = [
      'POST /v1/proofread HTTP/1.1',
      'Host: x',
      `Authorization: ${bearer.Authorization}`,
      'Content-Type: application/json',
      'Content-Length: 1000000000',
      'Connection: close',
    ];
    const answer = await exchangeRaw(served.origins.submit, `${head.join('\r\n')}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });
});

describe('the body is not what the schema says', () => {
  const faults = async (value: unknown, target?: string) => {
    const answer = await postJson(value, {}, target);
    expect([answer.status, answer.json.code]).toEqual([400, 'validation-error']);
    for (const error of answer.json.errors)
      expect(error).toEqual({ field: expect.any(String), message: expect.stringMatching(/./) });
    return answer.json.errors.map(({ field }: { field: string }) => field) as string[];
  };

  it.each<[string, unknown, string[]]>([
    ['null', null, ['body']],
    ['an array', [GOOD], ['body']],
    ['a string', 'அ', ['body']],
    ['a number', 7, ['body']],
    ['no field at all', {}, ['text']],
    ['text of another type', { text: 7 }, ['text']],
    ['text null', { text: null }, ['text']],
    ['text deeply nested', { text: [[[{ text: 'a' }]]] }, ['text']],
    ['empty', { text: '' }, ['text']],
    ['only white space', { text: ' \t\n\u00a0\u3000\ufeff' }, ['text']],
    ['a lone high surrogate', { text: 'அ\ud83d' }, ['text']],
    ['a lone low surrogate', { text: '\ude00அ' }, ['text']],
    ['another language', { ...GOOD, language: 'en' }, ['language']],
    ['language of another type', { ...GOOD, language: null }, ['language']],
    ['an unknown field', { ...GOOD, txt: 1 }, ['txt']],
    ['rules of another type', { ...GOOD, disabled_rules: 'sandhi' }, ['disabled_rules']],
    ['a rule that is no name', { ...GOOD, disabled_rules: ['sandhi', 'a/b/c'] }, ['disabled_rules.1']],
    ['101 rules', { ...GOOD, disabled_rules: Array(101).fill('sandhi') }, ['disabled_rules']],
    ['the other endpoint’s field', { essay: 'அ' }, ['essay', 'text']],
    ['every fault at once', { text: ' ', language: 'x', a: 1, b: 2 }, ['a', 'b', 'language', 'text']],
    ['keys that every object has', { ...GOOD, constructor: 1, toString: 2 }, ['constructor', 'toString']],
  ])('%s', async (_name, value, fields) => {
    expect((await faults(value)).sort()).toEqual(fields.sort());
  });

  it('a prototype key is an unknown field and changes nothing', async () => {
    const answer = await post('{"text":"அ","__proto__":{"language":"ta","polluted":true}}');
    expect(answer.json.errors).toEqual([{ field: '__proto__', message: expect.any(String) }]);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    const nested = await post('{"__proto__":{"text":"அ"}}');
    expect(nested.json.errors.map(({ field }: { field: string }) => field).sort()).toEqual([
      '__proto__',
      'text',
    ]);
  });

  it('a fault of the key and faults of the body come in one answer', async () => {
    const answer = await postJson({ text: '', x: 1 }, { 'Idempotency-Key': 'no good' });
    expect(answer.json.errors.map(({ field }: { field: string }) => field).sort()).toEqual([
      'Idempotency-Key',
      'text',
      'x',
    ]);
  });

  it('thousands of faults do not make a larger answer than the body', async () => {
    const body = JSON.stringify(Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`k${at}`, 1])));
    const answer = await post(body);
    expect(answer.json.errors.length).toBeLessThanOrEqual(100);
    expect(answer.text.length).toBeLessThan(20_000);
    const long = await postJson({ ...GOOD, ['ழ'.repeat(50_000)]: 1, '<b>\u0000\ud800': 1 });
    expect(long.text.length).toBeLessThan(2000);
  });

  it.each([
    ['/v1/proofread', 'text', 10_000],
    ['/v1/essay-critique', 'essay', 20_000],
  ])('%s takes %s up to %i units and not one more', async (target, field, max) => {
    expect((await postJson({ [field]: 'அ'.repeat(max) }, {}, target)).status).toBe(202);
    expect(await faults({ [field]: 'அ'.repeat(max + 1) }, target)).toEqual([field]);
  });

  it.each(['/v1/proofread', '/v1/essay-critique'])(
    '%s answers 1200 units at once and 1201 by polling',
    async (target) => {
      const field = target.endsWith('proofread') ? 'text' : 'essay';
      expect((await postJson({ [field]: 'அ'.repeat(1200) }, {}, target)).status).toBe(200);
      expect((await postJson({ [field]: 'அ'.repeat(1201) }, {}, target)).status).toBe(202);
    },
  );

  it('rules may be disabled, known ones or not, and the provider is told', async () => {
    const disabled_rules = ['sandhi', 'sandhi/dative', 'no-such-family', ...Array(97).fill('article')];
    served.provider.script = ({ request }) => {
      expect(request.disabledRules).toEqual(disabled_rules);
      return nothingFound({ request } as never);
    };
    expect((await postJson({ ...GOOD, disabled_rules })).status).toBe(200);
    expect((await postJson({ essay: 'அ', disabled_rules }, {}, '/v1/essay-critique')).status).toBe(200);
  });

  it('language may be given or left out, and means the same to a key', async () => {
    const key = { 'Idempotency-Key': 'language' };
    expect((await postJson(GOOD, key)).status).toBe(200);
    const again = await postJson({ language: 'ta', ...GOOD }, key);
    expect([again.status, again.headers['idempotent-replayed']]).toEqual([200, 'true']);
  });
});

describe('ids', () => {
  it.each([
    ['unknown', idOf('nothing')],
    ['upper case', idOf('nothing').toUpperCase()],
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
    'http://elsewhere.example/v1/health',
  ])('%s is unknown everywhere, to whoever asks', async (target) => {
    for (const where of everywhere) {
      const answer = await ask(where, { target });
      expect([answer.status, answer.json.code]).toEqual([404, 'not-found']);
    }
  });

  it.each([
    ['submit', '/v1/proofread', ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'TRACE'], 'POST'],
    ['submit', '/v1/essay-critique', ['GET', 'HEAD', 'OPTIONS', 'PUT'], 'POST'],
    ['operations', `/v1/operations/${idOf('x')}`, ['POST', 'OPTIONS', 'PUT', 'DELETE', 'TRACE'], 'GET, HEAD'],
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

  it('of two X-Request-Ids neither is kept', async () => {
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
    Buffer.from('[]').toString('base64url'),
    Buffer.from('[-1,"x"]').toString('base64url'),
    Buffer.from('{"__proto__":1}').toString('base64url'),
    Buffer.from(`[1e400,"${idOf('x')}"]`).toString('base64url'),
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

describe('what is not the client’s fault', () => {
  const unforeseen = (asked: Request, where: Where = 'submit') =>
    exchange(served.origins[where], asked).then((answer) => {
      expect(answer.text).not.toMatch(/secret|<html|\bat .*\.[jt]s:/i);
      expect(answer.headers['content-type']).toContain('application/problem+json');
      expect(answer.json.request_id).toBe(answer.headers['x-request-id']);
      return answer;
    });
  const asked = (): Request => ({
    target: '/v1/proofread',
    body: JSON.stringify(GOOD),
    headers: { ...JSON_TYPE, ...bearer },
  });

  it('anything unforeseen is a bland 500, and logged whole', async () => {
    served.provider.script = () => Promise.reject(new TypeError('secret internals'));
    const answer = await unforeseen(asked());
    expect([answer.status, answer.json.code]).toEqual([500, 'internal-error']);
    expect(JSON.stringify(served.logged)).toContain('secret internals');
  });

  it('a fault that is replayed is logged once, when it happened', async () => {
    served.provider.script = () => Promise.reject(new TypeError('a fault to be replayed'));
    const headers = { ...JSON_TYPE, ...bearer, 'Idempotency-Key': 'replayed-fault' };
    const faults = () => served.logged.filter(({ severity }) => severity === 'ERROR').length;
    const before = faults();
    const first = await unforeseen({ ...asked(), headers });
    expect(faults()).toBeGreaterThan(before);
    const after = faults();
    for (let again = 0; again < 3; again += 1) {
      const answer = await unforeseen({ ...asked(), headers });
      expect([answer.status, answer.json.code, answer.headers['idempotent-replayed']]).toEqual([
        first.status,
        'internal-error',
        'true',
      ]);
      const line = { message: 'request', request_id: answer.json.request_id, status: 500, replayed: true };
      expect(served.logged).toContainEqual(expect.objectContaining(line));
    }
    expect(faults()).toBe(after);
  });

  it('a refusal of the provider is 502', async () => {
    served.provider.script = () =>
      Promise.reject(new ProviderRejected('provider-request-rejected', 'The model refused the text.'));
    const answer = await unforeseen(asked());
    expect([answer.status, answer.json.code]).toEqual([502, 'provider-request-rejected']);
  });

  it('a provider that is away is no error at all', async () => {
    served.provider.script = () => Promise.reject(new ProviderUnavailable('secret upstream'));
    const answer = await exchange(served.origins.submit, asked());
    expect(answer.status).toBe(202);
    expect(answer.text).not.toContain('secret');
  });

  it('a store that is away is 503 with Retry-After', async () => {
    const away = () => Promise.reject(new StoreUnavailable('secret path'));
    served.interpose(() => ({ create: away, read: away, list: away, ping: away }));
    const { Authorization } = await served.queueBearer();
    const answers = [
      await unforeseen(asked()),
      await unforeseen({ target: `/v1/operations/${idOf('x')}`, headers: bearer }, 'operations'),
      await unforeseen({ target: '/v1/operations', headers: bearer }, 'operations'),
      await unforeseen({ target: '/v1/ready' }, 'operations'),
      await unforeseen(
        {
          target: '/tasks/run',
          body: JSON.stringify({ operation_id: idOf('x') }),
          headers: { ...JSON_TYPE, Authorization },
        },
        'worker',
      ),
    ];
    for (const { status, json, headers } of answers) {
      expect([status, json.code]).toEqual([503, 'store-unavailable']);
      expect(headers['retry-after']).toMatch(/^\d+$/);
    }
    expect((await get('/v1/health')).status).toBe(200);
  });
});

describe('the log', () => {
  it('has one line per request, and neither texts nor tokens', async () => {
    served.logged.length = 0;
    await postJson({ text: 'மறைபொருள் உரை' }, { 'X-Request-Id': 'logged-1' });
    await post('{"text":"மறைபொருள்', {});
    const lines = served.logged.filter(({ message }) => message === 'request');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({
      request_id: 'logged-1',
      tenant_id: 'school-1',
      endpoint: 'proofread',
      operation_id: expect.any(String),
      outcome: 'ok',
      status: 200,
      duration_ms: expect.any(Number),
    });
    expect(lines[1]).toMatchObject({ outcome: 'refused', status: 400, code: 'malformed-json' });
    const all = JSON.stringify(served.logged);
    expect(all).not.toContain('மறைபொருள்');
    expect(all).not.toContain(bearer.Authorization.slice(-40));
  });
});
