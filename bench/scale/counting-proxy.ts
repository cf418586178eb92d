import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface CountingProxy {
  /** host:port */
  readonly host: string;
  /** Bytes so far, of all connections. */
  readonly bytes: { sent: number; received: number };
  close(): void;
}

/** Passes connections on to `target` (host:port) and counts their bytes: `sent` to it, `received` from it. */
export async function startCountingProxy(target: string): Promise<CountingProxy> {
  const { hostname, port } = new URL(`http://${target}`);
  const bytes = { sent: 0, received: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((from) => {
    const to = connect(Number(port), hostname);
    for (const [socket, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy()).on('close', () => sockets.delete(socket));
      socket.pipe(other);
    }
    from.on('data', (chunk) => {
      bytes.sent += chunk.length;
    });
    to.on('data', (chunk) => {
      bytes.received += chunk.length;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    bytes,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
