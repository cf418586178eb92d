import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createGateway } from '../../../local/emulated/gateway.ts';
import { closed, listen } from '../../../local/start/listen.ts';
import { exchange, exchangeRaw } from '../../support/exchange.ts';

type Listener = (req: IncomingMessage, res: ServerResponse) => void;

const opened: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

/** A function behind the gateway that does what the test says, and the gateway before it. */
async function setUp(listener: Listener): Promise<{ gateway: URL; upstream: URL; paths: string[] }> {
  const server = createServer(listener);
  const { port } = await listen(server, 0);
  const upstream = new URL(`http://127.0.0.1:${port}`);
  const paths: string[] = [];
  const front = createGateway((path) => {
    paths.push(path);
    if (path === '/gone') return { origin: new URL('http://127.0.0.1:1') };
    if (path === '/broken') return { handler: () => Promise.reject(new Error('secret')) };
    return { origin: upstream };
  });
  const address: AddressInfo = await listen(front, 0);
  opened.push(
    () => closed(front),
    () => closed(server),
  );
  return { gateway: new URL(`http://127.0.0.1:${address.port}`), upstream, paths };
}

const echo: Listener = async (req, res) => {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  res.setHeader('X-Twice', ['a', 'b']).setHeader('Keep-Alive', 'timeout=1');
  res.statusCode = 418;
  res.end(JSON.stringify({ method: req.method, url: req.url, raw: req.rawHeaders, body }));
};

describe('the gateway', () => {
  it('passes method, target, headers and body as they came, and the answer back', async () => {
    const { gateway, paths } = await setUp(echo);
    const answer = await exchange(gateway, {
      method: 'PUT',
      target: '/a/%2e%2e/b%00?q=1&q=2',
      headers: [
        ['X-Mixed-Case', 'one'],
        ['X-Mixed-Case', 'two'],
      ],
      body: 'உரை',
    });
    expect(answer.status).toBe(418);
    expect(answer.headers['x-twice']).toBe('a, b');
    expect(answer.json).toMatchObject({ method: 'PUT', url: '/a/%2e%2e/b%00?q=1&q=2', body: 'உரை' });
    expect(answer.json.raw.join()).toContain('X-Mixed-Case,one,X-Mixed-Case,two');
    expect(paths).toEqual(['/b%00']);
  });

  it('finds the function by the path alone, however the target is written', async () => {
    const { gateway, paths } = await setUp(echo);
    for (const target of ['/a?/b', 'http://x.example/a', 'HTTPS://x/a?b#c', '/c/../a'])
      expect((await exchange(gateway, { target })).json.url).toBe(target);
    expect(paths).toEqual(['/a', '/a', '/a', '/a']);
  });

  it('takes the rest of a body that the function has answered before it came', async () => {
    const { gateway } = await setUp((_req, res) => res.end('{}'));
    const large = `POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\n\r\n${' '.repeat(4_000_000)}`;
    const next = 'GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
    expect(await exchangeRaw(gateway, large + next)).toMatch(/^HTTP\/1\.1 200 [\s\S]*HTTP\/1\.1 200 /);
  });

  it('passes a body of unknown length on in chunks', async () => {
    const { gateway } = await setUp(echo);
    const answer = await exchange(gateway, { target: '/x', body: 'x'.repeat(100_000), chunked: true });
    expect(answer.json.body).toHaveLength(100_000);
  });

  it('names a host to the function where HTTP/1.0 named none, and not where HTTP/1.1 should have', async () => {
    const { gateway } = await setUp((req, res) => res.end(JSON.stringify(req.headers.host ?? null)));
    const old = await exchangeRaw(gateway, 'GET /x HTTP/1.0\r\n\r\n');
    expect(old).toMatch(/^HTTP\/1\.1 200 [\s\S]*"localhost"$/);
    const named = await exchangeRaw(gateway, 'GET /x HTTP/1.0\r\nHost: a\r\n\r\n');
    expect(named).toMatch(/^HTTP\/1\.1 200 [\s\S]*"a"$/);
    const wrong = await exchangeRaw(gateway, 'GET /x HTTP/1.1\r\nConnection: close\r\n\r\n');
    expect(wrong).not.toContain('localhost');
  });

  it('keeps to itself what is meant for one connection', async () => {
    const { gateway } = await setUp(echo);
    const answer = await exchange(gateway, {
      target: '/x',
      headers: { TE: 'trailers', 'Proxy-Connection': 'x' },
    });
    expect(answer.json.raw.join().toLowerCase()).not.toMatch(/proxy-connection|\bte,/);
    expect(answer.headers).not.toHaveProperty('keep-alive', 'timeout=1');
  });

  it('answers for a function that is not there with a problem that can be tried again', async () => {
    const { gateway } = await setUp(echo);
    const kept = await exchange(gateway, { target: '/gone', headers: { 'X-Request-Id': 'mine' } });
    expect([kept.status, kept.json.code, kept.headers['retry-after']]).toEqual([
      503,
      'store-unavailable',
      '1',
    ]);
    expect([kept.headers['x-request-id'], kept.json.request_id]).toEqual(['mine', 'mine']);
    const made = await exchange(gateway, { target: '/gone', headers: { 'X-Request-Id': 'no good' } });
    expect(made.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(made.json.request_id).toBe(made.headers['x-request-id']);
  });

  it('says nothing of a fault of its own', async () => {
    const { gateway } = await setUp(echo);
    expect(await exchangeRaw(gateway, 'GET /broken HTTP/1.1\r\nHost: x\r\n\r\n')).toBe('');
  });

  it('answers what is no HTTP with a problem', async () => {
    const { gateway } = await setUp(echo);
    expect(await exchangeRaw(gateway, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*problem\+json/);
  });

  it('ends the request to the function when the client goes away', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    const { gateway } = await setUp((_req, res) => {
      arrived.resolve();
      res.on('close', () => resolve());
    });
    const client = connect(Number(gateway.port), gateway.hostname);
    client.write('GET /x HTTP/1.1\r\nHost: x\r\n\r\n');
    await arrived.promise;
    client.destroy();
    await promise;
  });

  it('ends the answer where the function’s ended in the middle', async () => {
    const { gateway } = await setUp((_req, res) => {
      res.writeHead(200, { 'Content-Length': '100' }).write('half');
      setTimeout(() => res.destroy(), 5);
    });
    await expect(exchange(gateway, { target: '/x' })).rejects.toThrow();
  });
});
