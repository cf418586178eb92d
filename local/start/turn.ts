import type { Server } from 'node:net';
import { setImmediate } from 'node:timers/promises';

const MOST_TURNS = 256;

/**
 * Whoever computes for some milliseconds awaits this first: the event loop comes round until no connection has come to the
 * server in a turn, or for so many turns. libuv accepts one in each: were every turn as long as an analysis, a crowd of
 * clients would wait unseen, neither served nor refused.
 */
export function turnOf(server: Server): () => Promise<void> {
  let accepted = 0;
  server.on('connection', () => {
    accepted += 1;
  });
  return async () => {
    for (let turns = 0; turns < MOST_TURNS; turns += 1) {
      const before = accepted;
      await setImmediate();
      if (accepted === before) return;
    }
  };
}
