import { randomUUID } from 'node:crypto';
import { maxHeaderSize, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { Problem } from '../errors.ts';
import type { Cors } from './cors.ts';
import { messageOf, problemAnswer } from './respond.ts';

const answering = new WeakSet<Server>();

/**
 * Answers with a problem document what Node's HTTP parser refuses; Node would close without a body. The handler checks a
 * missing `Host` and an `Expect` other than `100-continue`, which Node would answer without a body too.
 */
export function answerClientErrors(server: Server, cors?: Cors): void {
  if (answering.has(server)) return;
  answering.add(server);
  Object.assign(server, { requireHostHeader: false });
  server.on('checkExpectation', (req, res) => server.emit('request', req, res));
  const answered = new WeakSet<Duplex>();
  const refuse = (socket: Duplex, problem: Problem, origin: string | undefined) => {
    if (answered.has(socket)) return;
    if (!socket.writable) {
      socket.destroy();
      return;
    }
    answered.add(socket);
    lastWords(socket, rawAnswer(problem, cors?.headers(origin)));
  };
  server.on('clientError', (error: ClientError, socket: Duplex) => {
    refuse(socket, new Problem('validation-error', faultOf(error, server)), originIn(error.rawPacket));
  });
  server.on('connect', ({ headers }, socket: Duplex) =>
    refuse(socket, new Problem('not-found', 'This is no proxy.'), headers.origin),
  );
}

/** `rawPacket` is what arrived last, as a rule all of the headers. */
type ClientError = Error & { readonly code?: string; readonly rawPacket?: Buffer };

const originIn = (packet: Buffer | undefined): string | undefined =>
  /^origin:[ \t]*(\S+)[ \t]*\r?$/im.exec(packet?.toString('latin1') ?? '')?.[1];

/**
 * Describes why the parser refused a request.
 * Source: https://nodejs.org/docs/latest-v24.x/api/http.html#event-clienterror, and what Node itself answers with 431 and 408
 */
function faultOf(error: ClientError, { headersTimeout, requestTimeout }: Server): string {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return `The request line and the headers are larger than ${maxHeaderSize} bytes.`;
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return `The request did not come in time: its headers may take ${headersTimeout / 1000} seconds, all of it ${requestTimeout / 1000}.`;
    default:
      return 'The request is not HTTP/1.1 (RFC 9112).';
  }
}

const LINGER_MS = 1000;

/**
 * Ends a connection so that the client can read the answer. What the client still sends is discarded for a moment, because
 * closing at once would reset the connection and lose the answer (RFC 9112, section 9.6).
 */
function lastWords(socket: Duplex, answer: string): void {
  socket.on('error', () => socket.destroy());
  socket.on('end', () => socket.destroy());
  socket.end(answer);
  socket.resume();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

function rawAnswer(problem: Problem, more: Readonly<Record<string, string>> = {}): string {
  const requestId = randomUUID();
  const { headers, body = '' } = messageOf(problemAnswer(problem, requestId), requestId, more);
  const fields = Object.entries({ ...headers, Connection: 'close' });
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    ...fields.map(([name, value]) => `${name}: ${value}`),
    '',
    body,
  ].join('\r\n');
}
