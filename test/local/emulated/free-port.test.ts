import { createServer } from 'node:http';
import { expect, it } from 'vitest';
import { freePort } from '../../../local/emulated/free-port.ts';
import { closed, listen } from '../../../local/start/listen.ts';

it('gives ports that can be listened on, none of which an outgoing connection would take', async () => {
  for (let tries = 0; tries < 20; tries += 1) {
    const port = await freePort();
    expect(port).toBeLessThan(32_768);
    const server = createServer();
    expect((await listen(server, port)).port).toBe(port);
    await closed(server);
  }
});
