import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { closed, listen } from '../../local/start/listen.ts';
import { principalReader } from '../../shared/auth/principal.ts';
import { PROBLEMS } from '../../shared/errors.ts';
import { createHandler } from '../../shared/http/handler.ts';
import { createLoadLimit, eventLoopSaturation } from '../../shared/http/load-shedding.ts';
import type { Route } from '../../shared/http/route.ts';
import { answerBy } from '../../shared/http/server.ts';
import { type Exchanged, exchange } from '../support/exchange.ts';
import { openServices } from '../support/service-fixture.ts';

const MOST = 3;
const eventually = (what: () => void) => vi.waitFor(what, { timeout: 30_000, interval: 10 });
const open: Socket[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.destroy();
  vi.useRealTimers();
});

/** A server, of which no more than three requests may be under way. `/v1/held` waits for `release`. */
async function serve() {
  const fixture = openServices();
  const { log, quota } = fixture.services;
  const gate = Promise.withResolvers<void>();
  let reached = 0;
  const answer = (route: Pick<Route, 'method' | 'path'>, until?: Promise<void>): Route => ({
    ...route,
    access: 'public',
    handle: async (call) => {
      reached += 1;
      await until;
      return { status: 200, body: route.method === 'POST' ? ((await call.body()) as object) : {} };
    },
  });
  const handler = createHandler({
    routes: [
      answer({ method: 'GET', path: '/v1/held' }, gate.promise),
      answer({ method: 'GET', path: '/v1/operations' }),
      answer({ method: 'POST', path: '/v1/proofread' }),
      answer({ method: 'GET', path: '/v1/health' }),
    ],
    // Nothing to verify by: a token that was looked at would be an error of its own.
    authenticators: {
      tenant: { verify: () => Promise.reject(), readPrincipal: principalReader({ tenantClaim: '' }) },
      taskQueue: undefined,
    },
    quota,
    log,
    project: undefined,
  });
  const server = createServer();
  const limit = createLoadLimit({ most: MOST, log, saturated: () => false });
  const answering = answerBy(server, handler, { limit });
  const { port } = await listen(server, 0);
  const origin = new URL(`http://127.0.0.1:${port}`);
  return {
    origin,
    port,
    answering,
    logged: fixture.logged,
    reached: () => reached,
    release: gate.resolve,
    /** Takes all places, and resolves when they are taken. */
    fill: async () => {
      const held = Array.from({ length: MOST }, () => exchange(origin, { target: '/v1/held' }));
      await eventually(() => expect(reached).toBe(MOST));
      return held;
    },
    async [Symbol.asyncDispose]() {
      gate.resolve();
      await closed(server);
      await fixture[Symbol.asyncDispose]();
    },
  };
}

function expectShed(answer: Exchanged): void {
  expect(answer.status).toBe(503);
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(answer.headers['retry-after']).toMatch(/^[1-9]\d*$/);
  expect(answer.headers['cache-control']).toBe('private, no-store');
  expect(answer.json).toEqual({
    type: '/problems/overloaded',
    title: PROBLEMS.overloaded.title,
    status: 503,
    detail: expect.any(String),
    code: 'overloaded',
    request_id: answer.headers['x-request-id'],
  });
}

describe('beyond the requests that may be under way', () => {
  it.each([
    ['GET', { target: '/v1/operations' }],
    ['GET of nothing', { target: '/nowhere' }],
    [
      'POST',
      { target: '/v1/proofread', headers: { 'Content-Type': 'application/json' }, body: '{"text":"அ"}' },
    ],
    ['POST in chunks', { target: '/v1/proofread', body: 'x'.repeat(100_000), chunked: true }],
    ['POST too large', { target: '/v1/proofread', body: 'x'.repeat(3_000_000) }],
    ['POST of an empty body', { target: '/v1/proofread', method: 'POST' }],
  ])('a %s is refused, and served again when one has been answered', async (_name, request) => {
    await using served = await serve();
    const calm = await exchange(served.origin, request);
    expect(calm.status).not.toBe(503);
    const before = served.reached();
    const held = [...Array(MOST).keys()].map(() => exchange(served.origin, { target: '/v1/held' }));
    await eventually(() => expect(served.reached()).toBe(before + MOST));

    const again = await exchange(served.origin, request);
    expectShed(again);
    expect(again.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(served.reached()).toBe(before + MOST);

    served.release();
    for (const one of held) expect((await one).status).toBe(200);
    await eventually(() => expect(served.answering.underWay).toBe(0));
    expect((await exchange(served.origin, request)).status).toBe(calm.status);
  });

  it('keeps a harmless request id', async () => {
    await using served = await serve();
    await served.fill();
    const answer = await exchange(served.origin, { target: '/x', headers: { 'X-Request-Id': 'mine-1' } });
    expectShed(answer);
    expect(answer.json.request_id).toBe('mine-1');
  });

  it('HEAD has no body, and whether the process is alive is answered', async () => {
    await using served = await serve();
    await served.fill();
    const head = await exchange(served.origin, { target: '/v1/operations', method: 'HEAD' });
    expect([head.status, head.text]).toEqual([503, '']);
    for (const request of [
      { target: '/v1/health' },
      { target: '/v1/health?probe=1' },
      { target: '/v1/health', method: 'HEAD' },
    ])
      expect((await exchange(served.origin, request)).status).toBe(200);
    expectShed(await exchange(served.origin, { target: '/v1/health', method: 'POST' }));
    expectShed(await exchange(served.origin, { target: '/v1/health/../operations' }));
  });

  it('one that goes away unanswered leaves its place', async () => {
    await using served = await serve();
    const socket = connect(served.port, '127.0.0.1');
    socket.write('GET /v1/held HTTP/1.1\r\nHost: a\r\n\r\n');
    await eventually(() => expect(served.answering.underWay).toBe(1));
    socket.destroy();
    await eventually(() => expect(served.answering.underWay).toBe(0));
  });

  it('many are one line of the log a second, that says how many', async () => {
    await using served = await serve();
    await served.fill();
    const begun = performance.now();
    for (let n = 0; n < 20; n += 1) await exchange(served.origin, { target: '/v1/operations' });
    const seconds = (performance.now() - begun) / 1000;
    const lines = () => served.logged.filter(({ message }) => message === 'overloaded');
    await eventually(() => expect(lines()).not.toEqual([]));
    expect(lines().length).toBeLessThanOrEqual(1 + seconds);
    expect(lines()[0]).toMatchObject({ severity: 'WARNING', outcome: 'shed', under_way: MOST });
  });
});

describe('a connection whose request was shed', () => {
  async function connected(port: number) {
    const socket = connect(port, '127.0.0.1');
    open.push(socket);
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk;
    });
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return {
      socket,
      statuses: () => [...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status),
    };
  }
  const HEAD = 'POST /v1/proofread HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';

  it.each([
    ['of known length', `${HEAD}Content-Length: 11\r\n\r\n{"a"`, ':"bcd"}'],
    [
      'in chunks',
      `${HEAD}Transfer-Encoding: chunked\r\n\r\n4\r\n{"a"\r\n`,
      '6\r\n:"bcd"\r\n1\r\n}\r\n0\r\n\r\n',
    ],
  ])('is answered before the body is there, and serves on after a body %s', async (_name, first, rest) => {
    await using served = await serve();
    const held = await served.fill();
    const { socket, statuses } = await connected(served.port);
    socket.write(first);
    await eventually(() => expect(statuses()).toEqual(['503']));
    socket.write(rest);
    socket.write(`${HEAD}Content-Length: 2\r\n\r\n{}`);
    await eventually(() => expect(statuses()).toEqual(['503', '503']));
    served.release();
    await Promise.all(held);
    await eventually(() => expect(served.answering.underWay).toBe(0));
    socket.write(`${HEAD}Content-Length: 2\r\n\r\n{}`);
    await eventually(() => expect(statuses()).toEqual(['503', '503', '200']));
  });

  it('answers requests in one go in their order', async () => {
    await using served = await serve();
    await served.fill();
    const { socket, statuses } = await connected(served.port);
    const post = `${HEAD}Content-Length: 2\r\n\r\n{}`;
    socket.write(`${post}GET /v1/health HTTP/1.1\r\nHost: a\r\n\r\n${post}`);
    await eventually(() => expect(statuses()).toEqual(['503', '200', '503']));
  });

  it('is hung up on when the body comes byte by byte', async () => {
    await using served = await serve();
    await served.fill();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { socket, statuses } = await connected(served.port);
    // A byte that comes after the other end has hung up is answered with a reset.
    socket.on('error', () => undefined);
    socket.write(`${HEAD}Content-Length: 100000\r\n\r\n{"a"`);
    while (!socket.closed) {
      await setImmediate();
      if (statuses().length === 0) continue;
      // Node hangs up on a connection that is silent, and not on this one.
      socket.write(' ');
      vi.advanceTimersByTime(10);
    }
    expect(statuses()).toEqual(['503']);
  });
});

describe('the limit', () => {
  const log = { warn: () => undefined };

  it('is a quarter while the process is saturated, at least one', () => {
    let saturated = false;
    const limit = createLoadLimit({ most: 8, log, saturated: () => saturated });
    expect([0, 1, 2, 7, 8].map(limit.takes)).toEqual([true, true, true, true, false]);
    saturated = true;
    expect([0, 1, 2, 7].map(limit.takes)).toEqual([true, true, false, false]);
    expect(createLoadLimit({ most: 1, log, saturated: () => true }).takes(0)).toBe(true);
  });

  it('takes an event loop for saturated that was not idle for a second, and no longer when it was', async () => {
    const isSaturated = eventLoopSaturation();
    const end = performance.now() + 1050;
    while (performance.now() < end) await setImmediate();
    expect(isSaturated()).toBe(true);
    await sleep(1050);
    expect(isSaturated()).toBe(false);
  });
});
