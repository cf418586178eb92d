/**
 * Loaded into a service's process before anything else (`node --import`), and never by a test: it lets the test that
 * started the process turn its clock, and tells by which token its own queue is known to its worker. Each connection to
 * `CONTROL_PORT` carries one line and is answered by one. A bare socket, because the functions change what every HTTP
 * server of the process is given.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { createServer } from 'node:net';
import { isMainThread } from 'node:worker_threads';

const RealDate = Date;
const realNow = Date.now;
let ahead = 0;
const now = (): number => realNow() + ahead;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, as) => Reflect.construct(target, args.length === 0 ? [now()] : args, as),
  apply: () => new RealDate(now()).toString(),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
});

let authorization = '';
subscribe('http.client.request.start', (message) => {
  const { request } = message as { request: ClientRequest };
  if (request.path.startsWith('/tasks/')) authorization = String(request.getHeader('authorization') ?? '');
});

const answer = (line: string): string => {
  const [command, value] = line.trim().split(' ');
  if (command === 'clock') ahead = Number(value);
  return command === 'authorization' ? authorization : String(ahead);
};

const server = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.once('data', (line) => socket.end(`${answer(line.toString())}\n`));
});
// A thread of the process loads this too.
if (isMainThread) server.listen(Number(process.env['CONTROL_PORT']), '127.0.0.1').unref();
