import type { Server } from 'node:http';
import { type AddressInfo, createServer, type Server as NetServer } from 'node:net';
import { stopAccepting } from '../../shared/http/server.ts';
import { listen } from './listen.ts';

/** So many connections are accepted in one turn of the event loop. */
const SOCKETS = 64;

/**
 * One port at which several sockets listen for an HTTP server (SO_REUSEPORT, where the system has it).
 *
 * Node.js accepts one connection of a socket in a turn of the event loop (libuv since 1.45). In a flood a turn is long: who opened
 * a connection waited for seconds, while who had one was answered in milliseconds.
 */
export class WidePort {
  readonly #server: Server;
  readonly #others: NetServer[] = [];

  constructor(server: Server) {
    this.#server = server;
  }

  /** @throws {NodeJS.ErrnoException} `EADDRINUSE` where another process listens at the port, this service's too */
  async open(port: number, host?: string): Promise<AddressInfo> {
    if (port !== 0) await mustBeFree(port, host);
    let address: AddressInfo;
    try {
      address = await listen(this.#server, port, host, true);
    } catch (error) {
      if (!isUnsupported(error)) throw error;
      return listen(this.#server, port, host);
    }
    while (this.#others.length < SOCKETS - 1) {
      // As an HTTP server has its own connections.
      const other = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
        this.#server.emit('connection', socket);
      });
      await listen(other, address.port, host, true);
      this.#others.push(other);
    }
    return address;
  }

  /** Accepts no more connections, and resolves when all of them have ended. */
  async close(): Promise<void> {
    await Promise.all([this.#server, ...this.#others].map(stopAccepting));
  }
}

/** Sockets that share their port share it with any process that does the same: nobody would notice a second service. */
async function mustBeFree(port: number, host?: string): Promise<void> {
  const probe = createServer();
  await listen(probe, port, host);
  await stopAccepting(probe);
}

/** As on macOS and Windows. */
const isUnsupported = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOTSUP';
