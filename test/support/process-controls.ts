/**
 * Loaded into a service's process before anything else (`node --import`), and never by a test: it lets the test that
 * started the process turn its clock, and call the worker of `npm start` beside its queue. Each connection to
 * `CONTROL_PORT` carries one line and is answered by one. A bare socket, because the functions take over every HTTP
 * server of the process.
 */
import { createServer } from 'node:net';
import { isMainThread } from 'node:worker_threads';
import type { LocalWorker } from '../../local/start/worker.ts';

const RealDate = Date;
const realNow = Date.now;
let ahead = 0;
const now = (): number => realNow() + ahead;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, as) => Reflect.construct(target, args.length === 0 ? [now()] : args, as),
  apply: () => new RealDate(now()).toString(),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
});

/** The worker of `npm start`, once it has swept. */
let worker: LocalWorker | undefined;
if (isMainThread && process.argv[1]?.endsWith('local/start/start.ts')) {
  const { prototype } = (await import('../../local/start/worker.ts')).LocalWorker;
  const { sweep } = prototype;
  prototype.sweep = function () {
    worker = this;
    return sweep.call(this);
  };
}

async function answer(line: string): Promise<string> {
  const [, command, argument = ''] = /^(\w+) ?(.*)$/.exec(line.trim()) ?? [];
  if (command === 'clock') ahead = Number(argument);
  if (worker === undefined || command === 'clock') return '';
  if (command === 'deliver') return String((await worker.run(JSON.parse(argument))).status);
  if (command === 'sweep') await worker.sweep();
  return 'there';
}

const server = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.once('data', async (line) => {
    const said = await answer(line.toString()).catch(String);
    socket.end(`${said}\n`);
  });
});
// A thread of the process loads this too.
if (isMainThread) server.listen(Number(process.env['CONTROL_PORT']), '127.0.0.1').unref();
