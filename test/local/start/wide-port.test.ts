import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createConnection, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, it } from 'vitest';
import { listen } from '../../../local/start/listen.ts';
import { WidePort } from '../../../local/start/wide-port.ts';

const CONNECTIONS = 64;

const ends: (() => Promise<unknown>)[] = [];
afterEach(() => Promise.all(ends.splice(0).map((end) => end())));

async function wide(server: Server, port = 0) {
  const wide = new WidePort(server);
  const address = await wide.open(port);
  ends.push(() => {
    server.closeAllConnections();
    return wide.close();
  });
  return address.port;
}

function connect(port: number): Socket {
  const socket = createConnection(port, '127.0.0.1');
  ends.push(async () => socket.destroy());
  return socket;
}

/** So many connections to the port are open, accepted or not (proc_net_tcp(5)). */
function established(port: number): number {
  const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = readFileSync('/proc/net/tcp', 'utf8').split('\n');
  return rows.filter((row) => {
    const [, address, , state] = row.trim().split(/\s+/);
    return address === local && state === '01';
  }).length;
}

/** The turns of the event loop within which all connections that wait at a port are accepted. */
async function turnsToAccept(server: Server, port: number): Promise<number> {
  let accepted = 0;
  server.on('connection', () => {
    accepted += 1;
  });
  for (let n = 0; n < CONNECTIONS; n += 1) connect(port);
  // Behind what connects them. The kernel has them all ready before the loop turns.
  await new Promise((resolve) => process.nextTick(resolve));
  const until = performance.now() + 30_000;
  while (established(port) < CONNECTIONS && performance.now() < until)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  expect(established(port)).toBe(CONNECTIONS);
  let turns = 0;
  for (; accepted < CONNECTIONS; turns += 1) await new Promise((resolve) => setImmediate(resolve));
  return turns;
}

it.runIf(process.platform === 'linux')(
  'accepts several connections in a turn of the event loop',
  async () => {
    const narrow = createServer();
    const { port } = await listen(narrow, 0);
    ends.push(async () => narrow.close());
    // Node.js would do without several sockets, if it accepted all that wait as it once did.
    expect(await turnsToAccept(narrow, port)).toBeGreaterThanOrEqual(CONNECTIONS);
    const server = createServer();
    expect(await turnsToAccept(server, await wide(server))).toBeLessThan(CONNECTIONS / 2);
  },
);

it('answers each connection by the one server, whichever socket accepted it', async () => {
  const server = createServer((_, res) => res.setHeader('connection', 'close').end('it'));
  const port = await wide(server);
  const answers = Array.from({ length: CONNECTIONS }, () =>
    text(connect(port).end('GET / HTTP/1.0\r\n\r\n')),
  );
  for (const answer of await Promise.all(answers)) expect(answer).toMatch(/^HTTP\/1.1 200[\s\S]*it$/);
});

it('has its port for itself, whoever else would share it', async () => {
  const port = await wide(createServer());
  await expect(wide(createServer(), port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await expect(listen(createServer(), port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  const other = createServer();
  const { port: taken } = await listen(other, 0);
  ends.push(async () => other.close());
  await expect(wide(createServer(), taken)).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

it('closes when the last connection of any socket has ended', async () => {
  let accepted = 0;
  const server = createServer().on('connection', () => {
    accepted += 1;
  });
  const wide = new WidePort(server);
  const { port } = await wide.open(0);
  const sockets = Array.from({ length: CONNECTIONS }, () => connect(port));
  await expect.poll(() => accepted).toBe(CONNECTIONS);
  let closed = false;
  const closing = wide.close().then(() => {
    closed = true;
  });
  for (const socket of sockets.slice(1)) socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(closed).toBe(false);
  sockets[0]?.destroy();
  await closing;
});
