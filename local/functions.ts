import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Handler } from '../shared/http/handler.ts';
import { takeRequests } from '../shared/http/raw-request.ts';

export interface ServedFunction {
  readonly origin: URL;
  readonly close: () => Promise<void>;
}

/** Serves a handler on a loopback port of its own, through the Functions Framework's own server. */
export async function serveFunction(name: string, handler: Handler): Promise<ServedFunction> {
  const { http } = await import('@google-cloud/functions-framework');
  const { getTestServer } = await import('@google-cloud/functions-framework/testing');
  http(name, handler);
  const server = getTestServer(name);
  takeRequests(server);
  // The gateway's connections are the only ones: none is to end just when a request is put on it.
  server.keepAliveTimeout = 0;
  const { port } = await listen(server, 0);
  return { origin: new URL(`http://127.0.0.1:${port}`), close: () => closed(server) };
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

/** Takes no more connections, lets requests under way end for `graceMs`, and then ends what is still open. */
export function closed(server: Server, graceMs = 0): Promise<void> {
  return new Promise((resolve) => {
    const ending = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(ending);
      resolve();
    });
    server.closeIdleConnections();
  });
}
