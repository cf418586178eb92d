import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operationsRoutes } from '../../functions/operations.ts';
import { TARGETS, type Target } from '../../functions/serve.ts';
import { submitRoutes } from '../../functions/submit.ts';
import { workerRoutes } from '../../functions/worker.ts';
import { closed, listen } from '../../local/start/listen.ts';
import { createCors } from '../../shared/http/cors.ts';
import { answerBy } from '../../shared/http/server.ts';
import { idOf } from '../contract/records.ts';
import { type Exchanged, exchange, exchangeRaw } from '../support/exchange.ts';
import { runtimeToList } from '../support/kinds-with.ts';
import { type ServedFunctions, serveFunctions } from '../support/served-functions.ts';

const PAGE = 'https://app.example';
const EXPOSED =
  'Location, Retry-After, ETag, X-Request-Id, Idempotent-Replayed, Preference-Applied, RateLimit, RateLimit-Policy, WWW-Authenticate';
const ALLOWED =
  'Authorization, Content-Type, Idempotency-Key, Prefer, If-None-Match, Last-Event-ID, X-Request-Id';

const RUNTIME = runtimeToList();
const tables = { submit: submitRoutes, worker: workerRoutes, operations: operationsRoutes };
const ROUTES = TARGETS.flatMap((target) =>
  tables[target](RUNTIME).map(({ method, path }) => ({
    target,
    method: method as string,
    path: path.replaceAll(/\{\w+\}/g, idOf('nothing')),
  })),
);
const UNKNOWN = TARGETS.map((target) => ({ target, method: 'PUT', path: '/there/is/nothing' }));

let open: ServedFunctions;
let listed: ServedFunctions;
beforeAll(async () => {
  open = await serveFunctions();
  listed = await serveFunctions({ corsOrigins: [PAGE, 'http://localhost:5173'] });
});
afterAll(async () => {
  await open[Symbol.asyncDispose]();
  await listed[Symbol.asyncDispose]();
});

const preflight = (served: ServedFunctions, target: Target, path: string, method: string, origin = PAGE) =>
  exchange(served.origins[target], {
    method: 'OPTIONS',
    target: path,
    headers: {
      Origin: origin,
      'Access-Control-Request-Method': method,
      'Access-Control-Request-Headers': 'authorization,content-type',
    },
  });
const cors = ({ headers }: Pick<Exchanged, 'headers'>) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control-')));
const TO_ALL = { 'access-control-allow-origin': '*', 'access-control-expose-headers': EXPOSED };

describe.each([...ROUTES, ...UNKNOWN])('$target $method $path', ({ target, method, path }) => {
  it('lets the pages of any origin call it, and asks no token for saying so', async () => {
    const answer = await preflight(open, target, path, method);
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(cors(answer)).toEqual({
      ...TO_ALL,
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': ALLOWED,
      'access-control-max-age': '7200',
    });
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers.vary).toBe('Authorization, Prefer');
  });

  it('is read by the page whatever it answers', async () => {
    const asked = { method, target: path, headers: { Origin: PAGE } };
    for (const headers of [{}, await open.bearer(), await open.queueBearer()]) {
      const answer = await exchange(open.origins[target], {
        ...asked,
        headers: { ...asked.headers, ...headers },
      });
      expect(cors(answer)).toEqual(TO_ALL);
    }
  });
});

describe('listed origins', () => {
  it('are named in answers to them, and nobody is in others', async () => {
    for (const origin of [PAGE, 'http://localhost:5173']) {
      const answer = await preflight(listed, 'submit', '/v1/proofread', 'POST', origin);
      expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([204, origin]);
      expect(answer.headers.vary).toBe('Authorization, Prefer, Origin');
    }
    for (const origin of ['https://elsewhere.example', 'https://app.example.evil.example', 'null', '']) {
      const answer = await preflight(listed, 'submit', '/v1/proofread', 'POST', origin);
      expect(answer.status).toBe(204);
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
      expect(answer.headers.vary).toBe('Authorization, Prefer, Origin');
    }
  });

  it('read errors too, and no cache gives their answers to others', async () => {
    const refused = { target: '/v1/operations', headers: { Origin: PAGE } };
    const answer = await exchange(listed.origins.operations, refused);
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([401, PAGE]);
    const plain = await exchange(listed.origins.operations, { target: '/v1/health' });
    expect(cors(plain)).toEqual({});
    expect(plain.headers.vary).toBe('Authorization, Prefer, Origin');
  });
});

it.each([
  ['no origin', { 'Access-Control-Request-Method': 'POST' }],
  ['no method that is asked for', { Origin: PAGE }],
])('OPTIONS with %s is no preflight', async (_name, headers: Record<string, string>) => {
  const asked = { method: 'OPTIONS', target: '/v1/proofread', headers };
  expect((await exchange(open.origins.submit, asked)).status).toBe(405);
});

describe('what is answered before the handler', () => {
  async function serve(takes: boolean) {
    const server = createServer();
    const answered: string[] = [];
    const { end } = answerBy(
      server,
      async (req, res) => {
        answered.push(`${req.method}`);
        if (req.url !== '/held') res.writeHead(204).end();
      },
      { cors: createCors([PAGE]), limit: { takes: () => takes } },
    );
    const { port } = await listen(server, 0);
    const origin = new URL(`http://127.0.0.1:${port}`);
    return { origin, end, answered, [Symbol.asyncDispose]: () => closed(server) };
  }
  const asked = { target: '/v1/proofread', headers: { Origin: PAGE } };
  const asking = {
    ...asked,
    method: 'OPTIONS',
    headers: { ...asked.headers, 'Access-Control-Request-Method': 'POST' },
  };

  it('can be read: overload. A preflight is answered meanwhile', async () => {
    await using served = await serve(false);
    const shed = await exchange(served.origin, asked);
    expect([shed.status, shed.headers['access-control-allow-origin']]).toEqual([503, PAGE]);
    expect((await exchange(served.origin, asking)).status).toBe(204);
    expect(served.answered).toEqual(['OPTIONS']);
  });

  it('can be read: what was under way when the server ended', async () => {
    await using served = await serve(true);
    const held = exchange(served.origin, { ...asked, target: '/held' });
    await expect.poll(() => served.answered).toEqual(['GET']);
    const ended = served.end(0);
    const cut = await held;
    expect([cut.json.code, cut.headers['access-control-allow-origin']]).toEqual(['shutting-down', PAGE]);
    await ended;
  });

  it('can be read: what the parser refuses', async () => {
    await using served = await serve(true);
    const ask = (lines: string) =>
      exchangeRaw(served.origin, `GET / HTTP/1.1\r\nHost: x\r\nOrigin: ${PAGE}\r\n${lines}\r\n\r\n`);
    const named = new RegExp(`^HTTP/1.1 400 [^]*\r\nAccess-Control-Allow-Origin: ${RegExp.escape(PAGE)}\r\n`);
    expect(await ask(`Authorization: Bearer ${'x'.repeat(20_000)}`)).toMatch(named);
    expect(await ask('no colon')).toMatch(named);
    const foreign = await exchangeRaw(
      served.origin,
      'GET / HTTP/1.1\r\nOrigin: https://evil.example\r\nx\r\n\r\n',
    );
    expect(foreign).not.toContain('Access-Control');
  });
});
