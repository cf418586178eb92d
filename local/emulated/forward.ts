import { type Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';

/** Meant for one connection, not for the next (RFC 9110, section 7.6.1); and `expect`, which Node has answered. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
  'expect',
]);

export interface ForwardOptions {
  readonly origin: URL;
  readonly agent: Agent;
  /** Takes the place of the request's own. */
  readonly authorization?: string;
  /** Called if nobody answers and nothing has been answered. */
  readonly away: (cause: Error) => void;
}

/** Passes a request on to `origin`, and its answer back, as streams. When the client goes away, so does the request. */
export function forward(
  req: IncomingMessage,
  res: ServerResponse,
  { origin, agent, authorization, away }: ForwardOptions,
): void {
  const own = authorization === undefined ? [] : ['authorization'];
  const upstream = httpRequest({
    agent,
    host: origin.hostname,
    port: origin.port,
    method: req.method,
    path: req.url,
    headers: [
      ...endToEnd(req.rawHeaders, own),
      ...hostOf(req),
      ...(authorization === undefined ? [] : ['Authorization', authorization]),
    ],
  });
  upstream.on('response', (answer) => {
    res.writeHead(answer.statusCode ?? 502, endToEnd(answer.rawHeaders));
    answer.pipe(res);
    answer.on('error', () => res.destroy());
  });
  upstream.on('error', (cause) => {
    if (res.headersSent || res.destroyed) res.destroy();
    else away(cause);
  });
  // An answer may come before the whole body. Who sends it still has to read the answer, so the rest is taken and dropped.
  res.on('close', () => {
    req.unpipe(upstream);
    req.resume();
    upstream.destroy();
  });
  // The function may answer by the headers alone, before a body that is slow to come or too large to read.
  upstream.flushHeaders();
  req.pipe(upstream);
}

/** HTTP/1.0 needs none (RFC 1945, section 5.2), and HTTP/1.1, in which the request goes on, does. */
const hostOf = ({ httpVersion, headers }: IncomingMessage): string[] =>
  httpVersion === '1.0' && headers.host === undefined ? ['Host', 'localhost'] : [];

/** Raw headers without those of the connection and those that are named, in order and case as they came. */
function endToEnd(raw: readonly string[], without: readonly string[] = []): string[] {
  const kept: string[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    const [name = '', value = ''] = raw.slice(at, at + 2);
    const lower = name.toLowerCase();
    if (!HOP_BY_HOP.has(lower) && !without.includes(lower)) kept.push(name, value);
  }
  return kept;
}
