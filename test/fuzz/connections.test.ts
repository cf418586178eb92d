import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createGateway } from '../../local/emulated/gateway.ts';
import { closed, listen } from '../../local/start/listen.ts';
import { exchange, expectSound } from '../support/exchange.ts';
import { type ServedFunctions, serveFunctions } from '../support/served-functions.ts';
import { exchangeBytes, type RawAnswer } from './raw-exchange.ts';

let served: ServedFunctions;
let authorization: string;
const gateway = createGateway(() => ({ origin: served.origins.submit }));
let origins: Record<'function' | 'gateway', URL>;

beforeAll(async () => {
  served = await serveFunctions();
  authorization = `Authorization: ${(await served.bearer()).Authorization}`;
  const { port } = await listen(gateway, 0);
  origins = { function: served.origins.submit, gateway: new URL(`http://127.0.0.1:${port}`) };
});
afterAll(async () => {
  await closed(gateway);
  await served[Symbol.asyncDispose]();
});

const BODY = '{"text":"அந்த பையன் வந்தான்."}';
const post = (lines: readonly string[], body: string | Buffer = BODY) => {
  const head = [
    'POST /v1/proofread HTTP/1.1',
    'Host: localhost',
    authorization,
    'Content-Type: application/json',
  ];
  return Buffer.concat([Buffer.from([...head, ...lines, '', ''].join('\r\n')), Buffer.from(body)]);
};
const LENGTH = `Content-Length: ${Buffer.byteLength(BODY)}`;
const ask = (origin: URL, bytes: Buffer, answers = 1) =>
  exchangeBytes(origin, [bytes], { method: 'POST', answers, patienceMs: 30_000 });
const codeOf = (answer: RawAnswer | undefined) => answer && JSON.parse(answer.body).code;

describe.each(['function', 'gateway'] as const)('a connection to the %s', (to) => {
  it('may be the first there is, and no HTTP', async () => {
    await using fresh = await serveFunctions();
    const { answers } = await ask(fresh.origins.worker, Buffer.from('\x16\x03\x01\x02\x00hello\r\n\r\n'));
    expect([answers[0]?.status, codeOf(answers[0])]).toEqual([400, 'validation-error']);
  });

  it.each([
    ['a header of 17 KB', `X-Big: ${'x'.repeat(17_000)}`],
    ['10,000 headers', Array.from({ length: 10_000 }, (_, n) => `X-${n}: 1`).join('\r\n')],
    ['a folded header', 'X-Folded: a\r\n b'],
    ['a bare line feed', 'X-A: b\nX-C: d'],
  ])('is answered a problem and closed after %s', async (_name, lines) => {
    const { answers, silent } = await ask(origins[to], post([lines, LENGTH]), 2);
    expect([answers.length, answers[0]?.status, codeOf(answers[0]), silent]).toEqual([
      1,
      400,
      'validation-error',
      false,
    ]);
    expect(answers[0]?.headers.get('connection')).toBe('close');
  });

  it('is no tunnel', async () => {
    const { answers, silent } = await ask(
      origins[to],
      Buffer.from('CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n'),
      2,
    );
    expect([answers.length, codeOf(answers[0]), silent]).toEqual([1, 'not-found', false]);
  });

  it.each(['websocket', 'h2c', 'HTTP/2.0, SHTTP/1.3'])(
    'stays what it is when asked to become %s',
    async (protocol) => {
      const { answers } = await ask(
        origins[to],
        post([LENGTH, `Upgrade: ${protocol}`, 'Connection: Upgrade']),
      );
      expect(answers[0]?.status).toBe(200);
    },
  );

  it('is told to continue, once, when it waits for that', async () => {
    const socket = connect(Number(origins[to].port), '127.0.0.1');
    socket.write(post([LENGTH, 'Expect: 100-continue'], ''));
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(String(first)).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    socket.write(BODY);
    const [second] = (await once(socket, 'data')) as [Buffer];
    expect(String(second)).toMatch(/^HTTP\/1\.1 200 /);
    socket.destroy();
  });

  it('may carry several requests in one go, answered in their order', async () => {
    const ids = Array.from({ length: 20 }, (_, n) => `r${n}`);
    const bytes = Buffer.concat(
      ids.map((id, n) =>
        post([`X-Request-Id: ${id}`, n % 3 === 0 ? 'Content-Length: 0' : LENGTH], n % 3 === 0 ? '' : BODY),
      ),
    );
    const { answers, rest } = await ask(origins[to], bytes, ids.length);
    expect(answers.map(({ headers }) => headers.get('x-request-id'))).toEqual(ids);
    expect(answers.map(({ status }) => status)).toEqual(ids.map((_, n) => (n % 3 === 0 ? 400 : 200)));
    expect(rest).toBe('');
  });

  it('does not take what follows a request for part of it, or the other way round', async () => {
    const smuggled = post(
      [LENGTH, 'Transfer-Encoding: chunked'],
      `0\r\n\r\nGET /v1/health HTTP/1.1\r\nHost: a\r\n\r\n`,
    );
    const { answers } = await ask(origins[to], smuggled, 2);
    expect(answers.map(({ status }) => status)).toEqual([400]);
  });

  it.each([
    ['gzip', gzipSync(BODY)],
    ['deflate', gzipSync(BODY)],
    ['br', Buffer.from(BODY)],
    ['gzip, gzip', gzipSync(gzipSync(' '.repeat(10_000_000)))],
  ])('has no body encoded as %s unpacked', async (encoding, body) => {
    const { answers } = await ask(
      origins[to],
      post([`Content-Length: ${body.length}`, `Content-Encoding: ${encoding}`], body),
    );
    expect(codeOf(answers[0])).toBe('unsupported-media-type');
  });

  it.each(['zz', '-1', 'FFFFFFFFFFFFFFFFF', '0x10', ''])(
    'with a chunk of size %j is answered a problem',
    async (size) => {
      const { answers, silent } = await ask(
        origins[to],
        post(['Transfer-Encoding: chunked'], `${size}\r\n${BODY}\r\n0\r\n\r\n`),
      );
      expect([answers[0]?.status, silent]).toEqual([400, false]);
    },
  );

  it('may have its query parameter a hundred times', async () => {
    const target = `/v1/proofread?${'a=1&'.repeat(100)}`;
    const { answers } = await ask(
      origins[to],
      Buffer.from(String(post([LENGTH])).replace('/v1/proofread', target)),
    );
    expect(answers[0]?.status).toBe(200);
  });

  it('ended in the middle of a body leaves nothing behind', async () => {
    for (let n = 0; n < 50; n += 1) {
      const socket = connect(Number(origins[to].port), '127.0.0.1');
      socket.write(post(['Content-Length: 1000'], '{"text":'));
      if (n % 2) socket.end();
      await new Promise((resolve) => setTimeout(resolve, 5));
      socket.destroy();
    }
    await expect
      .poll(() => served.logged.filter(({ outcome }) => outcome === 'client-gone').length)
      .toBeGreaterThanOrEqual(10);
    expect(served.logged.filter(({ severity }) => severity === 'ERROR')).toEqual([]);
  });
});

describe('clients that never finish', () => {
  const open: Socket[] = [];
  afterEach(() => {
    for (const socket of open.splice(0)) socket.destroy();
    vi.useRealTimers();
  });
  const slow = async (to: URL, bytes: Buffer): Promise<Socket> => {
    const socket = connect(Number(to.port), '127.0.0.1');
    open.push(socket);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(bytes);
    return socket;
  };

  it('do not hold up the others: 300 half headers, 300 half bodies', async () => {
    for (let n = 0; n < 300; n += 1) {
      await slow(origins.gateway, post([LENGTH], '').subarray(0, 40 + (n % 60)));
      await slow(origins.gateway, post(['Content-Length: 1000'], '{"text":'));
    }
    for (let n = 0; n < 20; n += 1) {
      const answer = await exchange(origins.gateway, {
        target: '/v1/proofread',
        headers: { Authorization: authorization.slice(15), 'Content-Type': 'application/json' },
        body: BODY,
      });
      expectSound(answer);
      expect(answer.status).toBe(200);
    }
    // Behind those, they would be answered after the half minute that a body may take.
    expect(open.at(-1)?.closed).toBe(false);
  });

  it('are told after half a minute of a body, and hung up on', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const socket = await slow(
      origins.function,
      post(['Content-Length: 1000', 'X-Request-Id: slow'], '{"text":'),
    );
    const hungUp = once(socket, 'close');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    // The handler comes to the body when it has verified the token; its timer is set then.
    const end = performance.now() + 30_000;
    while (!socket.closed && performance.now() < end) {
      await new Promise((resolve) => setImmediate(resolve));
      vi.advanceTimersByTime(30_000);
    }
    await hungUp;
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"code":"malformed-json"');
  });
});
