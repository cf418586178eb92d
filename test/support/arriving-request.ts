import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';

/** Resolves to the next request that comes to a server of this process at that port, as soon as its headers are read. */
export function arrivingRequest({ port }: Pick<URL, 'port'>): Promise<IncomingMessage> {
  const { promise, resolve } = Promise.withResolvers<IncomingMessage>();
  const onRequest = (message: unknown) => {
    const { request } = message as { request: IncomingMessage };
    if (request.socket.localPort !== Number(port)) return;
    unsubscribe(CHANNEL, onRequest);
    resolve(request);
  };
  subscribe(CHANNEL, onRequest);
  return promise;
}

/** Source: https://nodejs.org/docs/latest-v24.x/api/diagnostics_channel.html#http */
const CHANNEL = 'http.server.request.start';
