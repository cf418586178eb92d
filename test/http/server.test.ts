import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { closed, listen } from '../../local/start/listen.ts';
import { type AnsweringOptions, answerBy } from '../../shared/http/server.ts';
import { exchange } from '../support/exchange.ts';

const eventually = (what: () => unknown) => vi.waitFor(what, { timeout: 30_000, interval: 5 });
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one();
});

/** A server whose requests wait for `release`; those for `/at-once` do not. */
async function serve(options: AnsweringOptions = {}) {
  const gate = Promise.withResolvers<void>();
  const server = createServer(() => {
    throw new Error('the listener that was there before');
  });
  const answering = answerBy(
    server,
    async (req, res) => {
      if (req.url !== '/at-once') await gate.promise;
      if (!res.headersSent) res.end('{"answered":true}');
    },
    options,
  );
  const { port } = await listen(server, 0);
  undo.push(() => closed(server));
  return { answering, origin: new URL(`http://127.0.0.1:${port}`), release: gate.resolve };
}

async function connected(origin: URL) {
  const socket: Socket = connect(Number(origin.port), origin.hostname);
  undo.push(() => socket.destroy());
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk;
  });
  const ask = (path: string) => socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
  const statuses = () => [...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
  return { socket, ask, statuses, received: () => received };
}

it('keeps a connection for longer than it says', async () => {
  const server = createServer();
  server.keepAliveTimeout = 1;
  answerBy(server, async (_req, res) => void res.end('{}'));
  const { port } = await listen(server, 0);
  undo.push(() => closed(server));
  const idle = await connected(new URL(`http://127.0.0.1:${port}`));
  idle.ask('/');
  await eventually(() => expect(idle.statuses()).toEqual(['200']));
  // Node.js by itself adds a second.
  await sleep(1500);
  idle.ask('/');
  await eventually(() => expect(idle.statuses()).toEqual(['200', '200']));
});

describe('a server that ends', () => {
  it('takes no more connections, finishes what is under way, and ends with it', async () => {
    const { answering, origin, release } = await serve();
    const asked = exchange(origin, { target: '/held' });
    await eventually(() => expect(answering.underWay).toBe(1));
    const ended = answering.end(60_000);
    await expect(exchange(origin, { target: '/at-once' })).rejects.toThrow(/ECONNREFUSED/);
    release();
    const { json, headers } = await asked;
    expect([json, headers.connection]).toEqual([{ answered: true }, 'close']);
    await ended;
  });

  it('answers `shutting-down` to what comes meanwhile on connections that are open', async () => {
    const { answering, origin, release } = await serve();
    const idle = await connected(origin);
    idle.ask('/at-once');
    await eventually(() => expect(idle.statuses()).toEqual(['200']));
    const asked = exchange(origin, { target: '/held' });
    await eventually(() => expect(answering.underWay).toBe(1));
    const ended = answering.end(60_000);
    const hungUp = once(idle.socket, 'close');
    idle.ask('/at-once');
    await hungUp;
    expect(idle.statuses()).toEqual(['200', '503']);
    expect(idle.received()).toContain('"code":"shutting-down"');
    expect(idle.received()).toMatch(/^Retry-After: [1-9]\d*\r$/m);
    expect(idle.received()).toMatch(/^Connection: close\r$/m);
    release();
    expect((await asked).status).toBe(200);
    await ended;
  });

  it('answers `shutting-down` to what takes too long, by another status where it is told to', async () => {
    for (const [options, status] of [
      [{}, 503],
      [{ endingStatus: 500 }, 500],
    ] as const) {
      const { answering, origin } = await serve(options);
      const asked = [1, 2, 3].map(() => exchange(origin, { target: '/held' }));
      await eventually(() => expect(answering.underWay).toBe(3));
      const started = performance.now();
      await answering.end(100);
      expect(performance.now() - started).toBeGreaterThanOrEqual(99);
      for (const answer of await Promise.all(asked)) {
        expect([answer.status, answer.json.status, answer.json.code]).toEqual([
          status,
          status,
          'shutting-down',
        ]);
        expect(answer.headers).toMatchObject({ connection: 'close', 'retry-after': '1' });
      }
    }
  });

  it('tells those that only wait', async () => {
    const ending = new AbortController();
    const { answering } = await serve({ ending });
    expect(ending.signal.aborted).toBe(false);
    await answering.end(100);
    expect(ending.signal.aborted).toBe(true);
  });

  it('does not wait for connections that say nothing, or only half a request', async () => {
    const { answering, origin } = await serve();
    const [silent, half] = [await connected(origin), await connected(origin)];
    half.socket.write('GET /at-once HTTP/1.1\r\nHo');
    const hungUp = Promise.all([silent, half].map(({ socket }) => once(socket, 'close')));
    const started = performance.now();
    await answering.end(60_000);
    await hungUp;
    expect(performance.now() - started).toBeLessThan(30_000);
  });
});
