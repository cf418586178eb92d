import { createServer } from 'node:http';
import { expect, it } from 'vitest';
import { closed, listen } from '../../local/functions.ts';
import { takeRequests } from '../../shared/http/raw-request.ts';
import { exchangeRaw } from '../support/exchange.ts';

it('are answered a problem where they are no HTTP, also as the first that a deployed process gets', async () => {
  takeRequests();
  const server = createServer();
  const { port } = await listen(server, 0);
  const answer = await exchangeRaw(new URL(`http://127.0.0.1:${port}`), 'no HTTP\r\n\r\n');
  expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*Content-Type: application\/problem\+json/);
  await closed(server);
});
