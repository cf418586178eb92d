import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { launchScript } from '../e2e/launch.ts';
import { exchange } from '../support/exchange.ts';

const eventually = (what: () => unknown) => vi.waitFor(what, { timeout: 30_000, interval: 20 });

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one();
});

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'load-shedding-'));
  undo.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const BODY = '{"text":"அந்த பையன் வந்தான்."}';

/** A request whose body is only half there: it has its place, and waits. */
async function halfSent(origin: URL, token: string): Promise<Socket> {
  const socket = connect(Number(origin.port), origin.hostname);
  undo.push(() => socket.destroy());
  await once(socket, 'connect');
  socket.write(
    `POST /v1/proofread HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(BODY)}\r\n\r\n${BODY.slice(0, 8)}`,
  );
  return socket;
}

const health = (origin: URL) => exchange(origin, { target: '/v1/health' });
const list = async (origin: URL, token = 'none') =>
  exchange(origin, { target: '/v1/operations', headers: { Authorization: `Bearer ${token}` } });

describe('npm start', () => {
  it('sheds beyond MAX_CONCURRENT_REQUESTS, is alive, and lets no client stand in the way of its queue', async () => {
    const running = await launchScript('local/start/start.ts', {
      MAX_CONCURRENT_REQUESTS: '1',
      SQLITE_PATH: join(directory(), 'operations.db'),
    });
    undo.push(() => running.kill());
    const origin = new URL(running.url.replace('localhost', '127.0.0.1'));
    const token = /^Token\s+(\S+)$/m.exec(running.output())?.[1] ?? '';
    // This one takes the only place, and is answered 200 only when the worker has been dispatched to meanwhile.
    const { status, json } = await exchange(origin, {
      target: '/v1/proofread',
      headers: {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
        Prefer: 'respond-async, wait=20',
      },
      body: BODY,
    });
    expect([status, json.status]).toEqual([200, 'succeeded']);

    const half = await halfSent(origin, token);
    await eventually(async () => expect((await list(origin, token)).json.code).toBe('overloaded'));
    expect((await health(origin)).status).toBe(200);
    const answered = once(half, 'data');
    half.write(BODY.slice(8));
    expect(String((await answered)[0])).toMatch(/^HTTP\/1\.1 200 /);
    await eventually(async () => expect((await list(origin, token)).status).toBe(200));
  });
});
