import { connect } from 'node:net';

/** One answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface RawExchange {
  /** Final answers, in order. */
  readonly answers: readonly RawAnswer[];
  /** Bytes that are no answer. */
  readonly rest: string;
  /** The server kept silent for so long that the client hung up. */
  readonly silent: boolean;
}

/**
 * Sends bytes in pieces over a connection of its own and reads what comes back: until as many answers as `expected`,
 * until the server closes, or until it was silent for `patienceMs`.
 */
export function exchangeBytes(
  origin: URL,
  pieces: readonly Buffer[],
  expected: { readonly method: string; readonly answers: number; readonly patienceMs: number },
): Promise<RawExchange> {
  return new Promise((resolve) => {
    const socket = connect({ host: origin.hostname, port: Number(origin.port) });
    let received = Buffer.alloc(0);
    let silent = false;
    const read = () => answersIn(received, expected.method === 'HEAD');
    const settle = () => {
      clearTimeout(patience);
      socket.destroy();
      resolve({ ...read(), silent });
    };
    const patience = setTimeout(() => {
      silent = true;
      settle();
    }, expected.patienceMs);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (read().answers.length >= expected.answers) settle();
    });
    socket.on('error', () => undefined);
    socket.on('close', settle);
    for (const piece of pieces) socket.write(piece);
  });
}

/** Interim answers (1xx) are read past. */
function answersIn(bytes: Buffer, bodiless: boolean): { answers: RawAnswer[]; rest: string } {
  const answers: RawAnswer[] = [];
  let at = 0;
  for (;;) {
    const end = bytes.indexOf('\r\n\r\n', at);
    if (end < 0) break;
    const [first = '', ...lines] = bytes.toString('latin1', at, end).split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1]);
    if (Number.isNaN(status)) break;
    const headers = new Map(
      lines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
      }),
    );
    const interim = status < 200;
    const length = interim || bodiless ? 0 : Number(headers.get('content-length') ?? 0);
    const start = end + 4;
    if (bytes.length < start + length) break;
    if (!interim) answers.push({ status, headers, body: bytes.toString('utf8', start, start + length) });
    at = start + length;
  }
  return { answers, rest: bytes.toString('latin1', at) };
}
