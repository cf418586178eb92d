import { connect, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { listen } from '../../../local/start/listen.ts';
import { turnOf } from '../../../local/start/turn.ts';

it('who computes waits until the connections that have come are accepted, one in each turn', async () => {
  let accepted = 0;
  const server = createServer(() => {
    accepted += 1;
  });
  const turn = turnOf(server);
  const { port } = await listen(server, 0);
  const clients: Socket[] = [];
  onTestFinished(() => {
    for (const client of clients) client.destroy();
    server.close();
  });
  await turn();
  for (let n = 0; n < 40; n += 1) clients.push(connect(port, '127.0.0.1'));
  await turn();
  expect(accepted).toBe(40);
});

it('but not for ever', async () => {
  const server = createServer();
  const turn = turnOf(server);
  const never = () => {
    server.emit('connection');
    immediate = setImmediate(never);
  };
  let immediate = setImmediate(never);
  await turn();
  clearImmediate(immediate);
});
