import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Handler } from '../shared/http/handler.ts';
import { answerBy } from '../shared/http/server.ts';

export interface ServedFunction {
  readonly origin: URL;
  readonly close: () => Promise<void>;
}

/** Serves a handler on a loopback port of its own. */
export async function serveFunction(handler: Handler): Promise<ServedFunction> {
  const server = createServer();
  const { end } = answerBy(server, handler);
  // The gateway's connections are the only ones: none is to end just when a request is put on it.
  server.keepAliveTimeout = 0;
  const { port } = await listen(server, 0);
  return { origin: new URL(`http://127.0.0.1:${port}`), close: () => end(0) };
}

/** Connections that wait to be accepted: what comes beyond them is lost. The system may allow fewer. */
const BACKLOG = 4096;

/** Listens on loopback: the development issuer hands tokens to whoever can reach it. */
export function listen(server: Server, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', backlog: BACKLOG }, () => {
      server.off('error', reject);
      resolve(server.address() as AddressInfo);
    });
  });
}

/** Takes no more connections, and ends those there are once what can be answered at once has been. */
export function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    setTimeout(() => server.closeAllConnections(), 0);
  });
}
