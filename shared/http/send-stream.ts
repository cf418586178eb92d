import type { ServerResponse } from 'node:http';
import { messageOf } from './respond.ts';
import type { Answer } from './route.ts';

/** What a client has not taken after this time, it is not going to take. */
const STUCK_MS = 30_000;

/**
 * Sends an answer's head and its stream to the end. The next piece is asked for when the client has taken the last, so a slow
 * client costs no more memory than one piece. A client that takes nothing for `STUCK_MS` is hung up on. Resolves to whether
 * the client has got it all; rejects as the stream does.
 */
export async function sendStream(
  res: ServerResponse,
  answer: Answer & { readonly stream: AsyncIterable<string> },
  requestId: string,
  more?: Readonly<Record<string, string>>,
): Promise<boolean> {
  res.writeHead(answer.status, messageOf(answer, requestId, more).headers);
  for await (const piece of answer.stream) {
    if (res.destroyed) return false;
    if (!res.write(piece)) await drained(res);
  }
  if (res.destroyed) return false;
  res.end();
  return true;
}

function drained(res: ServerResponse): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stuck = setTimeout(() => res.destroy(), STUCK_MS);
  const done = () => {
    clearTimeout(stuck);
    res.off('drain', done).off('close', done);
    resolve();
  };
  res.on('drain', done).on('close', done);
  return promise;
}
