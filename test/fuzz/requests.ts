import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { arbitraryText, arbitraryWords } from '../support/arbitrary-text.ts';

/** One request as bytes, and what its sender knows about it. */
export interface Shot {
  readonly to: 'submit' | 'worker' | 'operations' | 'gateway';
  readonly method: string;
  readonly pieces: readonly Buffer[];
  /** The framing is right and nothing is missing, so that there has to be an answer. */
  readonly whole: boolean;
}

/** What only a running service can give: tokens, and ids that exist. */
export interface Known {
  readonly tenantTokens: readonly [string, ...string[]];
  readonly queueToken: string;
  readonly ids: readonly string[];
}

const ROUTES = [
  ['submit', 'POST', '/v1/proofread'],
  ['submit', 'POST', '/v1/essay-critique'],
  ['submit', 'POST', '/v1/admin/integrations/{id}/certifications'],
  ['operations', 'GET', '/v1/operations'],
  ['operations', 'GET', '/v1/operations/{id}'],
  ['operations', 'POST', '/v1/operations/{id}/cancel'],
  ['operations', 'GET', '/v1/health'],
  ['operations', 'GET', '/v1/ready'],
  ['operations', 'GET', '/v1/openapi.json'],
  ['worker', 'POST', '/tasks/run'],
  ['worker', 'POST', '/tasks/sweep'],
  ['operations', 'POST', '/dev/token'],
  ['operations', 'GET', '/'],
] as const;

const METHODS = [
  'GET',
  'POST',
  'HEAD',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'QUERY',
  'CONNECT',
  'PROPFIND',
];

/** What may stand in a header's value or a target on the wire; no line end, which would begin another header. */
const wire = (arbitrary: fc.Arbitrary<string>) =>
  arbitrary.map((text) =>
    Buffer.from(text, 'utf8')
      .toString('latin1')
      .replace(/[\r\n\0]/g, ''),
  );
const words = wire(fc.oneof(arbitraryWords, fc.string({ maxLength: 60 })));
const oneOf = fc.constantFrom;

function targets({ ids }: Known, routes: readonly string[]): fc.Arbitrary<string> {
  const id = fc.oneof(
    oneOf(...ids),
    fc.uuid(),
    words.map(encodeURIComponent),
    oneOf('..', '%2e%2e', '%2F', '%00', '%', '%zz', '%C0%AF', '__proto__', 'a'.repeat(5000), '*'),
  );
  const path = fc.tuple(oneOf(...routes), id).map(([route, one]) => route.replace('{id}', one));
  const parameter = fc
    .tuple(
      oneOf('status', 'endpoint', 'page_size', 'page_token', '__proto__', 'x', ''),
      fc.oneof(
        oneOf('queued', 'proofread', '1', '100', '0', '-1', '1e3', 'WzEsMl0', '%', '%ff'),
        words.map(encodeURIComponent),
      ),
    )
    .map((pair) => pair.join('='));
  const query = fc.oneof(
    { weight: 3, arbitrary: fc.constant('') },
    { weight: 3, arbitrary: fc.array(parameter, { maxLength: 5 }).map((all) => `?${all.join('&')}`) },
    { weight: 1, arbitrary: parameter.map((one) => `?${`${one}&`.repeat(100)}`) },
  );
  const origin = fc.tuple(path, query).map((parts) => parts.join(''));
  return fc.oneof(
    { weight: 12, arbitrary: origin },
    { weight: 1, arbitrary: origin.map((target) => `http://localhost${target}`) },
    {
      weight: 1,
      arbitrary: oneOf('*', 'localhost:80', 'http://', 'https://evil.example/', '//evil.example/x', '?', '#'),
    },
    { weight: 1, arbitrary: words.map((text) => `/${text.replace(/[\s]/g, '')}`) },
    {
      weight: 1,
      arbitrary: oneOf(
        '/../../etc/passwd',
        '/v1//operations',
        '/v1/operations/',
        '/V1/HEALTH',
        '/v1/health;a=b',
        '\\v1\\health',
      ),
    },
  );
}

function headers(tokens: readonly string[]): fc.Arbitrary<readonly (readonly [string, string])[]> {
  const authorization = fc.oneof(
    { weight: 6, arbitrary: oneOf(...tokens).map((token) => `Bearer ${token}`) },
    {
      weight: 1,
      arbitrary: fc.oneof(
        words,
        oneOf('Bearer', 'Bearer ', 'Basic YTpi', 'Bearer a.b.c', `Bearer ${'a'.repeat(9000)}`),
      ),
    },
  );
  const type = oneOf(
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON;charset="UTF-8"',
  );
  const oddType = fc.oneof(
    words,
    oneOf(
      'text/plain',
      'application/json; charset=utf-16',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
    ),
  );
  const header = <T extends string>(name: string, value: fc.Arbitrary<T>) =>
    value.map((one) => [name, one] as const);
  const odd = fc.oneof(
    header(
      'Prefer',
      fc.oneof(
        words,
        oneOf('respond-async', 'wait=0', 'respond-async, wait=0', 'wait=1e9', 'wait="1', ',,,;;;'),
      ),
    ),
    header('Idempotency-Key', fc.oneof(words, oneOf('k', '"k"', '', 'k'.repeat(201)))),
    header('X-Request-Id', fc.oneof(words, oneOf('x'.repeat(129), 'a.b-c_d'))),
    header(
      'Traceparent',
      fc.oneof(words, oneOf('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', '00-0-0-0')),
    ),
    header('Expect', oneOf('100-continue', '200-ok', '')),
    header('Content-Encoding', oneOf('gzip', 'identity', 'br', 'gzip, gzip', '')),
    header('Accept', oneOf('text/event-stream', 'text/html', 'application/xml;q=1, */*;q=0', '')),
    header('If-None-Match', fc.oneof(words, oneOf('*', 'W/"x"'))),
    header('X-HTTP-Method-Override', oneOf('DELETE', 'GET')),
    header('X-Forwarded-For', words),
    header('X-CloudTasks-TaskName', words),
    header('X-CloudTasks-TaskRetryCount', oneOf('0', '-1', '1e99', 'x')),
    header('Cookie', words),
    header('Range', oneOf('bytes=0-1', 'bytes=-')),
    header('Upgrade', oneOf('websocket', 'h2c')),
    header('Connection', oneOf('upgrade', 'close', 'keep-alive', 'Authorization', 'Content-Length')),
    header('TE', oneOf('trailers', 'gzip')),
    header('Host', oneOf('', 'evil.example', 'a b', 'x'.repeat(300))),
    header(
      'X-Big',
      fc.integer({ min: 1, max: 14_000 }).map((size) => 'x'.repeat(size)),
    ),
    words.map((value) => ['X-Any', value] as const),
  );
  return fc
    .tuple(
      fc.option(header('Authorization', authorization), { freq: 8 }),
      fc.option(
        header('Content-Type', fc.oneof({ weight: 8, arbitrary: type }, { weight: 1, arbitrary: oddType })),
        { freq: 8 },
      ),
      fc.option(header('Prefer', oneOf('respond-async', 'Respond-Async, wait=0')), { freq: 2 }),
      fc.array(odd, { maxLength: 4 }),
    )
    .map(([token, content, prefer, rest]) => [token, content, prefer, ...rest].filter((one) => one !== null));
}

const json: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ text: arbitraryText(60) }).map((body) => JSON.stringify(body)) },
  { weight: 2, arbitrary: fc.record({ essay: arbitraryText(200) }).map((body) => JSON.stringify(body)) },
  {
    weight: 2,
    arbitrary: fc
      .dictionary(
        oneOf('text', 'essay', 'language', 'mode', 'tenant_id', 'operation_id', '__proto__', 'constructor'),
        fc.jsonValue(),
        { maxKeys: 4 },
      )
      .map((body) => JSON.stringify(body)),
  },
  { weight: 1, arbitrary: fc.record({ text: arbitraryWords }).map((body) => JSON.stringify(body)) },
  { weight: 1, arbitrary: fc.json() },
  {
    weight: 1,
    arbitrary: oneOf(
      '',
      'null',
      '[]',
      '{"text":"அ","text":"ஆ"}',
      '{"__proto__":{"text":"அ"}}',
      '{"text":"\\ud800"}',
      '{"text":1e999}',
      '['.repeat(50_000),
      `{"text":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
      `{"text":"${'அ'.repeat(10_001)}"}`,
      `{"text":"${'a'.repeat(1300)}"}`,
      `{${Array.from({ length: 3000 }, (_, n) => `"f${n}":1`).join()}}`,
    ),
  },
);

const body: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 8, arbitrary: json.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: json.map((text) => gzipSync(text)) },
  { weight: 1, arbitrary: json.map((text) => Buffer.from(text, 'utf16le')) },
  { weight: 1, arbitrary: oneOf(262_144, 262_145, 400_000).map((size) => Buffer.alloc(size, ' ')) },
);

type Framing = { readonly headers: readonly string[]; readonly bytes: Buffer; readonly whole: boolean };

const framings = (content: Buffer): fc.Arbitrary<Framing> => {
  const length = (value: number | string) => [`Content-Length: ${value}`];
  const chunked = ['Transfer-Encoding: chunked'];
  const size = content.length.toString(16);
  const chunk = (head: string, tail = '0\r\n\r\n') =>
    Buffer.concat([Buffer.from(`${head}\r\n`), content, Buffer.from(`\r\n${tail}`)]);
  const ended = content.length === 0 ? Buffer.from('0\r\n\r\n') : chunk(size);
  return fc.oneof(
    { weight: 10, arbitrary: fc.constant({ headers: length(content.length), bytes: content, whole: true }) },
    { weight: 2, arbitrary: fc.constant({ headers: chunked, bytes: ended, whole: true }) },
    {
      weight: 1,
      arbitrary: oneOf(
        { headers: [], bytes: Buffer.alloc(0), whole: true },
        { headers: length(content.length + 10), bytes: content, whole: false },
        { headers: length('-1'), bytes: content, whole: false },
        { headers: length('1e3'), bytes: content, whole: false },
        { headers: length('99999999999999999999'), bytes: content, whole: false },
        { headers: [...length(3), ...length(4)], bytes: content, whole: false },
        { headers: [...length(content.length), ...chunked], bytes: content, whole: false },
        { headers: chunked, bytes: chunk('zz'), whole: false },
        { headers: chunked, bytes: chunk('FFFFFFFFFFFFFFFFF'), whole: false },
        { headers: chunked, bytes: chunk('-1'), whole: false },
        { headers: chunked, bytes: chunk(size, '0\r\nX-Trailer: a\r\n\r\n'), whole: content.length > 0 },
        { headers: chunked, bytes: chunk(`${size};${'e'.repeat(20_000)}`), whole: false },
        { headers: ['Transfer-Encoding: gzip, chunked'], bytes: ended, whole: false },
        { headers: ['Transfer-Encoding: identity'], bytes: content, whole: false },
      ),
    },
  );
};

/** Requests from the ordinary to the absurd. */
export function shots(known: Known): fc.Arbitrary<Shot> {
  /** What a route is there for. */
  const apt = oneOf(...ROUTES).chain(([home, method, path]) =>
    fc.record({
      to: oneOf<Shot['to'][]>(home, 'gateway'),
      method: fc.constant<string>(method),
      target: targets(known, [path]),
      fields: headers([home === 'worker' ? known.queueToken : known.tenantTokens[0]]),
    }),
  );
  const any = fc.record({
    to: oneOf<Shot['to'][]>('submit', 'worker', 'operations', 'gateway'),
    method: oneOf(...METHODS),
    target: targets(
      known,
      ROUTES.map(([, , path]) => path),
    ),
    fields: headers([...known.tenantTokens, known.queueToken]),
  });
  const start = fc.oneof({ weight: 3, arbitrary: apt }, { weight: 1, arbitrary: any });
  const framed = body.chain((content) => framings(content));
  return fc
    .tuple(start, framed, fc.integer({ min: 0, max: 100_000 }))
    .map(([{ to, method, target, fields }, framing, cut]) => {
      const host = fields.some(([name]) => name === 'Host') ? [] : ['Host: localhost'];
      const lines = [
        `${method} ${target} HTTP/1.1`,
        ...host,
        ...fields.map((field) => field.join(': ')),
        ...framing.headers,
        '',
        '',
      ];
      const bytes = Buffer.concat([Buffer.from(lines.join('\r\n'), 'latin1'), framing.bytes]);
      const at = cut % bytes.length;
      return { to, method, whole: framing.whole, pieces: [bytes.subarray(0, at), bytes.subarray(at)] };
    });
}
