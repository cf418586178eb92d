import type { Server } from 'node:http';
import type { AddressInfo, Server as NetServer } from 'node:net';

/** So many connections may wait to be accepted. The system may allow fewer. */
const BACKLOG = 4096;

/**
 * Listens on loopback if nothing else is said.
 * @param reusePort whether other sockets may listen at the same port, if they say so too
 */
export function listen(
  server: NetServer,
  port: number,
  host = '127.0.0.1',
  reusePort = false,
): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog: BACKLOG, reusePort }, () => {
      server.off('error', reject);
      resolve(server.address() as AddressInfo);
    });
  });
}

/** Accepts no more connections, and closes the others after the answers that are ready have been sent. */
export function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    setTimeout(() => server.closeAllConnections(), 0);
  });
}
