import type { Server } from 'node:http';
import type { AddressInfo, Server as NetServer } from 'node:net';

/** Connections that wait to be accepted: what comes beyond them is lost. The system may allow fewer. */
const BACKLOG = 4096;

/** Listens on loopback: the development issuer hands tokens to whoever can reach it. */
export function listen(server: NetServer, port: number): Promise<AddressInfo> {
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
