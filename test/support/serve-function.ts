import { createServer } from 'node:http';
import { listen } from '../../local/start/listen.ts';
import type { Handler } from '../../shared/http/handler.ts';
import { type AnsweringOptions, answerBy } from '../../shared/http/server.ts';

export interface ServedFunction {
  readonly origin: URL;
  readonly close: () => Promise<void>;
}

/** Serves a handler on a loopback port of its own. */
export async function serveFunction(
  handler: Handler,
  options: Pick<AnsweringOptions, 'cors' | 'ending'> = {},
): Promise<ServedFunction> {
  const server = createServer();
  const { end } = answerBy(server, handler, options);
  const { port } = await listen(server, 0);
  return { origin: new URL(`http://127.0.0.1:${port}`), close: () => end(0) };
}
