import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** `performance.now()` at arrival. */
  readonly at: number;
  /** The client has gone before it was answered. */
  aborted: boolean;
}

export interface TaskWorker extends AsyncDisposable {
  readonly url: string;
  readonly received: Received[];
  /** Requests being answered at this moment, and the most there were at once. */
  readonly load: { now: number; most: number };
  /** Connections that are open. */
  connections(): Promise<number>;
  /** Resolves when `n` requests in all have come. */
  arrival(n: number): Promise<Received>;
}

type Answer = number | { status: number; headers?: Record<string, string> } | undefined;

/** A worker that answers as it is told: a status, or nothing at all. */
export const startTaskWorker = async (
  answer: (received: Received, index: number, response: ServerResponse) => Answer | Promise<Answer> = () =>
    204,
): Promise<TaskWorker> => {
  const received: Received[] = [];
  const load = { now: 0, most: 0 };
  const waiting: { n: number; resolve: (last: Received) => void }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const entry: Received = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
      at: performance.now(),
      aborted: false,
    };
    load.now += 1;
    load.most = Math.max(load.most, load.now);
    response.on('close', () => {
      load.now -= 1;
      entry.aborted = !response.writableFinished;
    });
    received.push(entry);
    for (const { n, resolve } of waiting) if (received.length >= n) resolve(entry);
    const given = await answer(entry, received.length - 1, response);
    if (given === undefined || response.destroyed) return;
    const { status, headers } = typeof given === 'number' ? { status: given, headers: {} } : given;
    response.writeHead(status, headers).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    load,
    connections: () => promisify(server.getConnections.bind(server))(),
    arrival: (n) =>
      new Promise((resolve) => {
        const there = received[n - 1];
        if (there === undefined) waiting.push({ n, resolve });
        else resolve(there);
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
