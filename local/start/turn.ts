import type { Server } from 'node:net';
import { setImmediate } from 'node:timers/promises';

const MOST_TURNS = 256;

/**
 * Await this before a computation of some milliseconds. It lets the event loop turn until no new connection arrives in a
 * turn, or for at most `MOST_TURNS`. libuv accepts one connection in each turn, so if every turn took as long as an
 * analysis, many clients would wait without being served or refused.
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
