import { subscribe } from 'node:diagnostics_channel';
import { Server } from 'node:http';
import { endOnSignals } from '../shared/end-on-signals.ts';
import type { Answering } from '../shared/http/server.ts';

/** Cloud Run ends an instance 10 s after SIGTERM. Source: https://cloud.google.com/run/docs/container-contract */
const GRACE_MS = 8000;
const LONGEST_END_MS = 9500;

/**
 * Calls `answer` with the HTTP server that the Functions Framework makes, before it listens. The framework keeps the port, the
 * command line and the registration; our handler answers. The framework's own listener is an Express app that reads bodies
 * of up to 1 GiB, answers faults with HTML, and makes a `node:domain` for each request, whose async hooks double the cost
 * of a function. See docs/decisions.md.
 * Source: https://nodejs.org/docs/latest-v24.x/api/diagnostics_channel.html#net
 */
export function takeOver(answer: (server: Server) => Answering): void {
  subscribe('tracing:net.server.listen:asyncStart', (message) => {
    const { server } = message as { server: unknown };
    if (!(server instanceof Server)) return;
    const answering = answer(server);
    server.once('listening', () => {
      // The framework also adds its signal listeners at this event; they would end the process at once.
      process.nextTick(() => {
        process.removeAllListeners('SIGINT').removeAllListeners('SIGTERM');
        endOnSignals(() => answering.end(GRACE_MS), LONGEST_END_MS);
      });
    });
  });
}

/** Registered with the framework under each function's name, and never called. */
export function unreachable(): never {
  throw new Error(
    'The Functions Framework answered by itself: functions/take-over.ts does not fit this version of it.',
  );
}
