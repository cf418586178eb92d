import {
  type IncomingHttpHeaders,
  maxHeaderSize,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { Problem } from '../errors.ts';
import type { Cors } from './cors.ts';
import { requestIdOf } from './request-id.ts';
import { messageOf, problemAnswer } from './respond.ts';

const answering = new WeakSet<Server>();

/**
 * Answers with a problem document what Node's HTTP parser refuses; Node would close without a body. Requests that came before
 * it on the connection are answered first (RFC 9112, section 9.3.2). The handler checks a missing `Host` and an `Expect` other
 * than `100-continue`, which Node would answer without a body too.
 */
export function answerClientErrors(server: Server, cors?: Cors): void {
  if (answering.has(server)) return;
  answering.add(server);
  Object.assign(server, { requireHostHeader: false });
  server.on('checkExpectation', (req, res) => server.emit('request', req, res));
  /** The answer to the latest request of a connection. While that request is not complete, a fault is in its body. */
  const latest = new WeakMap<Duplex, ServerResponse>();
  server.prependListener('request', (req, res) => void latest.set(req.socket, res));
  const answered = new WeakSet<Duplex>();
  const refuse = (socket: Duplex, problem: Problem, headers: AnsweredBy) => {
    if (answered.has(socket)) return;
    answered.add(socket);
    const requestId = requestIdOf(headers['x-request-id']);
    const answer = () => lastWords(socket, rawAnswer(problem, requestId, cors?.headers(headers.origin)));
    const begun = latest.get(socket);
    if (begun !== undefined && !begun.req.complete && begun.headersSent) lastWords(socket, '');
    else if (begun?.req.complete && !isSent(begun)) begun.once('close', answer);
    else answer();
  };
  server.on('clientError', (error: ClientError, socket: Duplex) => {
    const begun = latest.get(socket);
    const headers = begun === undefined || begun.req.complete ? headersIn(error) : begun.req.headers;
    const message = faultOf(error, server);
    const problem = new Problem('validation-error', message, { errors: [{ field: 'request', message }] });
    refuse(socket, problem, headers);
  });
  server.on('connect', ({ headers }, socket: Duplex) =>
    refuse(socket, new Problem('not-found', 'This is no proxy.'), headers),
  );
}

const isSent = (res: ServerResponse): boolean => res.writableFinished || res.destroyed;

/** The headers of a request that its answer depends on. */
type AnsweredBy = Pick<IncomingHttpHeaders, 'origin'> & {
  readonly 'x-request-id'?: IncomingHttpHeaders[string];
};

/** `rawPacket` is what arrived last, as a rule all of the headers. The parser refused the byte at `bytesParsed`. */
type ClientError = Error & {
  readonly code?: string;
  readonly rawPacket?: Buffer;
  readonly bytesParsed?: number;
};

/** Requests that were sent in one go share a packet, so only the head that was refused is looked at. */
function headersIn({ rawPacket, bytesParsed = 0 }: ClientError): AnsweredBy {
  const packet = rawPacket?.toString('latin1') ?? '';
  // Too many headers are refused at their own end.
  const before = packet.lastIndexOf(HEAD_END, bytesParsed - HEAD_END.length);
  const [head = ''] = packet.slice(before + 1).split(HEAD_END, 1);
  return {
    origin: /^origin:[ \t]*(\S+)[ \t]*\r?$/im.exec(head)?.[1],
    'x-request-id': /^x-request-id:[ \t]*(\S+)[ \t]*\r?$/im.exec(head)?.[1],
  };
}

const HEAD_END = '\r\n\r\n';

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
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  socket.on('error', () => socket.destroy());
  socket.on('end', () => socket.destroy());
  socket.end(answer);
  socket.resume();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

function rawAnswer(problem: Problem, requestId: string, more: Readonly<Record<string, string>> = {}): string {
  const { headers, body = '' } = messageOf(problemAnswer(problem, requestId), requestId, more);
  const fields = Object.entries({ ...headers, Connection: 'close' });
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    ...fields.map(([name, value]) => `${name}: ${value}`),
    '',
    body,
  ].join('\r\n');
}
