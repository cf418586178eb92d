import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { PROBLEMS, Problem } from '../errors.ts';
import { problemAnswer } from './respond.ts';

const answering = new WeakSet<Server>();

/**
 * Answers what Node's HTTP parser refuses with a problem document too, where Node would close without a body. A missing
 * `Host` and an `Expect` other than `100-continue` are left to the handler, where Node would answer without one.
 */
export function answerClientErrors(server: Server): void {
  if (answering.has(server)) return;
  answering.add(server);
  Object.assign(server, { requireHostHeader: false });
  server.on('checkExpectation', (req, res) => server.emit('request', req, res));
  server.on('clientError', (_error: Error, socket: Duplex) => {
    if (!socket.writable) {
      socket.destroy();
      return;
    }
    socket.end(rawAnswer());
  });
}

function rawAnswer(): string {
  const requestId = randomUUID();
  const problem = new Problem(
    'validation-error',
    'The request is not HTTP/1.1 (RFC 9112), or its headers are too long.',
  );
  const { body, headers } = problemAnswer(problem, requestId);
  const text = JSON.stringify(body);
  return [
    `HTTP/1.1 ${PROBLEMS[problem.code].status} Bad Request`,
    `Content-Type: ${headers?.['Content-Type']}`,
    `Content-Length: ${Buffer.byteLength(text)}`,
    `X-Request-Id: ${requestId}`,
    'Cache-Control: private, no-store',
    'Connection: close',
    '',
    text,
  ].join('\r\n');
}
