import { once } from 'node:events';
import { createServer, type Server, type ServerOptions } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerClientErrors } from '../../shared/http/client-error.ts';

const serverOf = (options: ServerOptions) =>
  createServer(options, (req, res) => void setImmediate(() => res.end(`reached ${req.url}`)));
const server = serverOf({});
/** For what does not come in time. What comes is sent to the other one, also by a machine that stands for a while. */
const hasty = serverOf({ headersTimeout: 200, requestTimeout: 400, connectionsCheckingInterval: 50 });
beforeAll(async () => {
  for (const one of [server, hasty]) {
    answerClientErrors(one);
    one.listen(0, '127.0.0.1');
    await once(one, 'listening');
  }
});
afterAll(() => {
  for (const one of [server, hasty]) {
    one.close();
    one.closeAllConnections();
  }
});
const connectTo = (one: Server) => connect((one.address() as AddressInfo).port, '127.0.0.1');

/** What is sent, until the server hangs up, to bytes after which nothing more comes. */
async function received(bytes: string, by = server): Promise<string> {
  const socket = connectTo(by);
  socket.write(bytes);
  let text = '';
  for await (const chunk of socket) text += chunk;
  return text;
}

async function answered(bytes: string, by = server) {
  const text = await received(bytes, by);
  const [head = '', body = ''] = text.split('\r\n\r\n', 2);
  const sentId = /^X-Request-Id: (.+)$/im.exec(head)?.[1];
  return { ...JSON.parse(body), status: Number(head.split(' ')[1]), sentId };
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
      hasty,
    ],
    ['that it is no HTTP', '\u0016\u0003\u0001\r\n\r\n', /^The request is not HTTP\/1\.1 \(RFC 9112\)\.$/],
    [
      'that a header is none',
      'GET / HTTP/1.1\r\nno colon\r\n\r\n',
      /^The request is not HTTP\/1\.1 \(RFC 9112\)\.$/,
    ],
  ])('%s', async (_name, bytes, detail, by?: Server) => {
    expect(await answered(bytes, by)).toMatchObject({
      status: 400,
      code: 'validation-error',
      detail: expect.stringMatching(detail),
      errors: [{ field: 'request', message: expect.stringMatching(detail) }],
    });
  });

  it.each([
    ['under the id that it brought', 'r-1', /^r-1$/],
    ['under a new id if its own is not safe', 'r/1', /^[\da-f-]{36}$/],
  ])('%s', async (_name, given, id) => {
    const { request_id, sentId } = await answered(
      `GET / HTTP/1.1\r\nX-Request-Id: ${given}\r\nno colon\r\n\r\n`,
    );
    expect(request_id).toMatch(id);
    expect(sentId).toBe(request_id);
  });
});

describe('a fault behind requests of the same connection', () => {
  const good = 'GET /good HTTP/1.1\r\nHost: x\r\nX-Request-Id: good\r\n\r\n';
  const idsIn = (text: string) => [...text.matchAll(/^X-Request-Id: (.+)$/gim)].map(([, id]) => id);
  const statusesIn = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);

  it('is answered after them, and not with their id', async () => {
    const text = await received(`${good}${good}GET / HTTP/1.1\r\nno colon\r\nX-Request-Id: bad\r\n\r\n`);
    expect(statusesIn(text)).toEqual(['200', '200', '400']);
    expect(idsIn(text)).toEqual(['bad']);
    expect(idsIn(await received(`${good}no request\r\n\r\n`))).not.toContain('good');
  });

  const post =
    'POST /chunks HTTP/1.1\r\nHost: x\r\nX-Request-Id: chunks\r\nTransfer-Encoding: chunked\r\n\r\n';

  it('is the answer to the request in whose body it is', async () => {
    const text = await received(`${post}zz\r\n`);
    expect([statusesIn(text), idsIn(text)]).toEqual([['400'], ['chunks']]);
  });

  it('is not answered if that request has been', async () => {
    const socket = connectTo(server);
    socket.write(post);
    let text = '';
    for await (const chunk of socket) {
      text += chunk;
      if (text.includes('reached')) socket.write('zz\r\n');
    }
    expect(statusesIn(text)).toEqual(['200']);
  });
});
