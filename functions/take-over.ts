import { subscribe } from 'node:diagnostics_channel';
import { Server } from 'node:http';
import { endOnSignals } from '../shared/end-on-signals.ts';
import type { Answering } from '../shared/http/server.ts';

/** Cloud Run ends an instance 10 s after SIGTERM. Source: https://cloud.google.com/run/docs/container-contract */
const GRACE_MS = 8000;
const LONGEST_END_MS = 9500;

/**
 * Has `answer` put itself on the HTTP server that the Functions Framework makes, before it listens: port, command line
 * and registration stay the framework's, and what answers there is ours. The framework's own listener is an Express app
 * that reads bodies of up to 1 GiB, answers faults with HTML, and makes a `node:domain` for each request, whose async
 * hooks double what a function costs. See docs/decisions.md.
 * Source: https://nodejs.org/docs/latest-v24.x/api/diagnostics_channel.html#net
 */
export function takeOver(answer: (server: Server) => Answering): void {
  subscribe('tracing:net.server.listen:asyncStart', (message) => {
    const { server } = message as { server: unknown };
    if (!(server instanceof Server)) return;
    const answering = answer(server);
    server.once('listening', () => {
      // The framework begins to listen for signals at this event too, and would end the process at once.
      process.nextTick(() => {
        process.removeAllListeners('SIGINT').removeAllListeners('SIGTERM');
        endOnSignals(() => answering.end(GRACE_MS), LONGEST_END_MS);
      });
    });
  });
}

/** What is registered with the framework under a function's name, and never called. */
export function unreachable(): never {
  throw new Error(
    'The Functions Framework answered by itself: functions/take-over.ts does not fit this version of it.',
  );
}
