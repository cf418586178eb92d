import { once } from 'node:events';
import { createServer as createHttp, type IncomingMessage, request, type ServerResponse } from 'node:http';
import {
  type ClientHttp2Session,
  connect,
  createServer as createHttp2,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** One RPC that came by: `method` as in the service definition, `body` where it was JSON. */
export interface Rpc {
  readonly method: string;
  readonly body: unknown;
  /** The header that says where it is to go. */
  readonly routing: unknown;
}

export type Fault =
  /** Carried out; then `meanwhile` happens, and the connection breaks without an answer. */
  | { readonly kind: 'lose-answer'; readonly meanwhile?: () => Promise<unknown> }
  /** Carried out, and the answer never comes. */
  | { readonly kind: 'hang' }
  /** Answered UNAVAILABLE, and carried out just before the next RPC of its kind. */
  | { readonly kind: 'late' }
  /** Not carried out: `meanwhile` happens, and the status is the answer. */
  | {
      readonly kind: 'status';
      readonly code: number;
      readonly message?: string;
      readonly meanwhile?: () => Promise<unknown>;
    };

/** Stands before the Firestore emulator, counts what comes by and does to it what `fault` says. */
export interface FirestoreProxy {
  readonly host: string;
  readonly rpcs: Rpc[];
  /** The open `Listen` streams, over gRPC. No fault is done to them; a test may close them. */
  readonly listening: Set<ServerHttp2Stream>;
  fault: (rpc: Rpc) => Fault | undefined;
  close(): Promise<void>;
}

/** What an RPC that was answered already is still to do, by its method. */
type Late = Map<string, () => Promise<unknown>>;

/** HTTP status and name of a gRPC code (googleapis: google/rpc/code.proto). */
const STATUS: Record<number, [number, string]> = {
  3: [400, 'INVALID_ARGUMENT'],
  5: [404, 'NOT_FOUND'],
  7: [403, 'PERMISSION_DENIED'],
  8: [429, 'RESOURCE_EXHAUSTED'],
  10: [409, 'ABORTED'],
  13: [500, 'INTERNAL'],
  14: [503, 'UNAVAILABLE'],
};

const REST_METHODS: Record<string, string> = {
  commit: 'Commit',
  batchGet: 'BatchGetDocuments',
  runQuery: 'RunQuery',
};

export async function startFirestoreProxy(
  target: string,
  transport: 'gRPC' | 'REST',
  port = 0,
): Promise<FirestoreProxy> {
  const sockets = new Set<Socket>();
  const late: Late = new Map();
  const upstream = connect(`http://${target}`).on('error', () => {});
  const server =
    transport === 'gRPC'
      ? createHttp2().on('stream', (stream, headers) => void overGrpc(stream, headers, upstream, proxy, late))
      : createHttp((incoming, outgoing) => void overRest(incoming, outgoing, target, proxy, late));
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('no port');
  const proxy: FirestoreProxy = {
    host: `127.0.0.1:${address.port}`,
    rpcs: [],
    listening: new Set(),
    fault: () => undefined,
    async close() {
      upstream.destroy();
      for (const socket of sockets) socket.destroy();
      if (!server.listening) return;
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}

async function overGrpc(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  upstream: ClientHttp2Session,
  proxy: FirestoreProxy,
  late: Late,
): Promise<void> {
  stream.on('error', () => {});
  if (String(headers[':path']).endsWith('/Listen')) return listen(stream, headers, upstream, proxy);
  const body = await buffer(stream).catch(() => undefined);
  if (!body) return;
  const method = String(headers[':path']).split('/').at(-1) ?? '';
  const rpc = { method, body: undefined, routing: headers['x-goog-request-params'] };
  proxy.rpcs.push(rpc);
  const carryOut = async () => {
    const onward = upstream.request(headers).on('error', () => {});
    onward.end(body);
    const [answerHeaders] = await once(onward, 'response');
    let trailers: IncomingHttpHeaders = {};
    onward.on('trailers', (received) => (trailers = received));
    return { answerHeaders, answer: await buffer(onward), trailers };
  };
  const fault = answerOf(proxy.fault(rpc), method, carryOut, late);
  if (fault?.kind === 'status') {
    await fault.meanwhile?.();
    const status = { 'grpc-status': String(fault.code), 'grpc-message': fault.message ?? 'made to fail' };
    if (!stream.destroyed)
      stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...status }, { endStream: true });
    return;
  }
  await carryOutLate(method, late);
  const { answerHeaders, answer, trailers } = await carryOut();
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'lose-answer') {
    await fault.meanwhile?.();
    stream.session?.destroy();
    return;
  }
  if (stream.destroyed) return;
  if ('grpc-status' in answerHeaders) {
    stream.respond(answerHeaders, { endStream: true });
    return;
  }
  stream.respond(answerHeaders, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  stream.end(answer);
}

function listen(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  upstream: ClientHttp2Session,
  proxy: FirestoreProxy,
): void {
  proxy.rpcs.push({ method: 'Listen', body: undefined, routing: headers['x-goog-request-params'] });
  proxy.listening.add(stream);
  const onward = upstream.request(headers).on('error', () => {});
  stream.on('close', () => {
    proxy.listening.delete(stream);
    onward.close();
  });
  onward.on('response', (answered) => stream.respond(answered)).on('close', () => stream.close());
  stream.pipe(onward).pipe(stream);
}

async function overRest(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  target: string,
  proxy: FirestoreProxy,
  late: Late,
): Promise<void> {
  const body = await buffer(incoming);
  const [, verb = ''] = /:(\w+)(?:\?|$)/.exec(incoming.url ?? '') ?? [];
  const json = body.length > 0 ? JSON.parse(body.toString()) : undefined;
  const routing = incoming.headers['x-goog-request-params'];
  const method = REST_METHODS[verb] ?? verb;
  const rpc = { method, body: json, routing };
  proxy.rpcs.push(rpc);
  const { host: _, ...headers } = incoming.headers;
  const carryOut = async () => {
    const onward = request(`http://${target}${incoming.url}`, { method: incoming.method, headers });
    onward.end(body);
    const [answer] = (await once(onward, 'response')) as [IncomingMessage];
    return { answer, answerBody: await buffer(answer) };
  };
  const fault = answerOf(proxy.fault(rpc), method, carryOut, late);
  if (fault?.kind === 'status') {
    await fault.meanwhile?.();
    const [code, status] = STATUS[fault.code] ?? [500, 'UNKNOWN'];
    const error = { code, status, message: fault.message ?? 'made to fail' };
    outgoing.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
    return;
  }
  await carryOutLate(method, late);
  const { answer, answerBody } = await carryOut();
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'lose-answer') {
    await fault.meanwhile?.();
    outgoing.destroy();
    return;
  }
  const { 'transfer-encoding': __, ...answerHeaders } = answer.headers;
  outgoing.writeHead(answer.statusCode ?? 500, answerHeaders).end(answerBody);
}

/** What is late is answered at once, and kept. */
function answerOf(
  fault: Fault | undefined,
  method: string,
  carryOut: () => Promise<unknown>,
  late: Late,
): Exclude<Fault, { kind: 'late' }> | undefined {
  if (fault?.kind !== 'late') return fault;
  late.set(method, carryOut);
  return { kind: 'status', code: 14 };
}

async function carryOutLate(method: string, late: Late): Promise<void> {
  const carryOut = late.get(method);
  late.delete(method);
  await carryOut?.();
}
