import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import getPort from 'get-port';
import { expect, it, vi } from 'vitest';
import { freePort } from '../../../local/emulated/free-port.ts';
import { closed, listen } from '../../../local/start/listen.ts';

vi.mock('get-port', { spy: true });

it('gives ports that can be listened on, none of which an outgoing connection would take', async () => {
  for (let tries = 0; tries < 20; tries += 1) {
    const port = await freePort();
    expect(port).toBeLessThan(32_768);
    const server = createServer();
    expect((await listen(server, port)).port).toBe(port);
    await closed(server);
  }
});

it('gives none that another process was given, although nobody listens on it yet or just now', async () => {
  const given = await freePort();
  const taken = createSocket('udp4');
  await expect(once(taken.bind(given, '127.0.0.1'), 'listening')).rejects.toThrow('EADDRINUSE');
  vi.mocked(getPort).mockResolvedValueOnce(given);
  const calls = vi.mocked(getPort).mock.calls.length;
  expect(await freePort()).not.toBe(given);
  // Another process may have been given the next one as well.
  expect(vi.mocked(getPort).mock.calls.length).toBeGreaterThanOrEqual(calls + 2);
});
