import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** One request that came by, by its number from 0. */
export interface Passing {
  readonly index: number;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly at: number;
}

export type Fault =
  /** Not carried out, and answered so. */
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** Carried out; then the connection breaks without an answer, or no answer ever comes. */
  | { readonly answer: 'lost' | 'never' }
  /** Carried out, and passed on when the whole answer is there, as gateways do that know no streams. */
  | { readonly answer: 'collected' }
  /** The connection breaks behind the first match in the answer's body. */
  | { readonly cutAfter: RegExp }
  /** The connection breaks after this time, whatever has passed until then. */
  | { readonly cutAfterMs: number }
  /** Carried out without these headers of the request. */
  | { readonly without: readonly string[] }
  /** Passed on when this resolves. */
  | { readonly until: Promise<unknown> }
  /** The body is passed on changed. */
  | { readonly rewrite: (body: string) => string };

/** Stands before a service and does to what comes by what `fault` says. */
export interface FaultProxy extends AsyncDisposable {
  readonly url: string;
  readonly passed: Passing[];
  fault: (passing: Passing) => Fault | undefined;
  /** Breaks every connection. */
  breakAll(): void;
}

export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((incoming, outgoing) => {
    outgoing.on('error', () => undefined);
    pass(incoming, outgoing, target, proxy).catch(() => outgoing.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: FaultProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed: [],
    fault: () => undefined,
    breakAll() {
      for (const socket of sockets) socket.destroy();
    },
    async [Symbol.asyncDispose]() {
      proxy.breakAll();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}

const NO_FAULT: Fault = { until: Promise.resolve() };

async function pass(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  target: string,
  proxy: FaultProxy,
): Promise<void> {
  const body = await buffer(incoming);
  const { method = 'GET', url: path = '/', headers } = incoming;
  const passing: Passing = {
    index: proxy.passed.length,
    method,
    path,
    headers,
    body: body.toString(),
    at: performance.now(),
  };
  proxy.passed.push(passing);
  const fault = proxy.fault(passing) ?? NO_FAULT;
  if ('status' in fault) {
    outgoing.writeHead(fault.status, fault.headers).end(fault.body);
    return;
  }
  if ('until' in fault) await fault.until;
  if ('cutAfterMs' in fault) setTimeout(() => outgoing.destroy(), fault.cutAfterMs).unref();
  const { host: _, connection: __, ...onward } = headers;
  if ('without' in fault) for (const name of fault.without) delete onward[name];
  const sent = request(target + path, { method, headers: onward, agent: false }).end(body);
  // Who goes away here goes away there.
  outgoing.on('close', () => sent.destroy());
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const { statusCode = 502, headers: answered } = answer;
  if ('answer' in fault || 'rewrite' in fault) {
    const whole = await buffer(answer);
    if ('rewrite' in fault) {
      const { 'content-length': ___, ...rest } = answered;
      outgoing.writeHead(statusCode, rest).end(fault.rewrite(whole.toString()));
    } else if (fault.answer === 'lost') outgoing.destroy();
    else if (fault.answer === 'collected') outgoing.writeHead(statusCode, answered).end(whole);
    return;
  }
  outgoing.writeHead(statusCode, answered).flushHeaders();
  let passed = '';
  for await (const chunk of answer) {
    const before = passed.length;
    // Each byte as one character, so that positions in the text are positions in the bytes.
    passed += chunk.toString('latin1');
    const match = 'cutAfter' in fault ? fault.cutAfter.exec(passed) : null;
    if (match === null) outgoing.write(chunk);
    else {
      const end = match.index + match[0].length - before;
      // So that what was written arrives.
      outgoing.write(chunk.subarray(0, end), () => setImmediate(() => outgoing.destroy()));
      return;
    }
  }
  outgoing.end();
}
