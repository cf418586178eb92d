import { describe, expect, it } from 'vitest';
import { MAX_BODY_BYTES } from '../../shared/http/body.ts';
import { exchangeRaw } from '../support/exchange.ts';
import { nothingFound } from '../support/scripted-provider.ts';
import { ask, bearer, GOOD, JSON_TYPE, post, postJson, served } from './serving.ts';

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
  ])('accepts %s', async (type) => {
    expect((await post(JSON.stringify(GOOD), { 'Content-Type': type })).status).toBe(200);
  });

  it('accepts a body that says it is not encoded', async () => {
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
    ['only white space', { text: ' \t\n\u0085\u00a0\u2028\u3000\ufeff' }, ['text']],
    ['too long and only white space', { text: ' '.repeat(10_001) }, ['text', 'text']],
    ['too long with a lone surrogate', { text: `${'அ'.repeat(10_000)}\ud83d` }, ['text', 'text']],
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
