import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An identity provider's JWKS endpoint on loopback, which counts and answers as the test wants. */
export interface KeyServer extends AsyncDisposable {
  readonly uri: string;
  readonly requests: number;
  /** Answers with these keys from now on. */
  publish(keys: readonly object[]): void;
  /** Answers like this from now on. */
  answer(listener: RequestListener): void;
}

export const answerKeys =
  (keys: readonly object[]): RequestListener =>
  (_req, res) =>
    res.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ keys }));

export async function startKeyServer(keys: readonly object[]): Promise<KeyServer> {
  let requests = 0;
  let listener = answerKeys(keys);
  const server = createServer((req, res) => {
    requests += 1;
    listener(req, res);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    uri: `http://127.0.0.1:${port}/jwks`,
    get requests() {
      return requests;
    },
    publish(published) {
      listener = answerKeys(published);
    },
    answer(like) {
      listener = like;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
