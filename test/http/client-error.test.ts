import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerClientErrors } from '../../shared/http/client-error.ts';

const server = createServer(
  { headersTimeout: 200, requestTimeout: 400, connectionsCheckingInterval: 50 },
  (_req, res) => res.end('reached'),
);
let port: number;
beforeAll(async () => {
  answerClientErrors(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

/** What is answered, until the server hangs up, to bytes after which nothing more comes. */
async function answered(bytes: string): Promise<{ status: number; code: string; detail: string }> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  let text = '';
  for await (const chunk of socket) text += chunk;
  const [head = '', body = ''] = text.split('\r\n\r\n', 2);
  return { ...JSON.parse(body), status: Number(head.split(' ')[1]) };
}

describe('a request that never becomes one is told', () => {
  it.each([
    [
      'that its headers are too large',
      `GET / HTTP/1.1\r\nX-Big: ${'x'.repeat(17_000)}\r\n\r\n`,
      /larger than 16384 bytes/,
    ],
    [
      'that its target is too large',
      `GET /${'x'.repeat(17_000)} HTTP/1.1\r\n\r\n`,
      /larger than 16384 bytes/,
    ],
    [
      'that its headers did not come in time',
      'GET / HTTP/1.1\r\nHost: x\r\n',
      /in time: its headers may take 0.2 seconds, all of it 0.4/,
    ],
    ['that it is no HTTP', '\u0016\u0003\u0001\r\n\r\n', /^The request is not HTTP\/1\.1 \(RFC 9112\)\.$/],
    [
      'that a header is none',
      'GET / HTTP/1.1\r\nno colon\r\n\r\n',
      /^The request is not HTTP\/1\.1 \(RFC 9112\)\.$/,
    ],
  ])('%s', async (_name, bytes, detail) => {
    expect(await answered(bytes)).toMatchObject({
      status: 400,
      code: 'validation-error',
      detail: expect.stringMatching(detail),
    });
  });
});
