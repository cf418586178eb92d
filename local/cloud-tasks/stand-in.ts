import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { Dispatcher, type DispatchLog, type LiveTask, type QueueConfig } from './dispatcher.ts';
import { dispatchByHttp, type HttpTask } from './http-task.ts';
import { createLocalIdentity, type LocalIdentity } from './identity.ts';
import { createSender, type Send } from './send.ts';
import { ApiError, parseCreateTask } from './task-resource.ts';

/** A fault of one create request, for tests. */
export interface CreateFault {
  /** Answers this error instead of creating the task. */
  readonly refuse?: ApiError | undefined;
  /** Creates the task, then cuts the connection or never answers. */
  readonly answer?: 'cut' | 'never' | undefined;
  /** Delays the answer by so much. */
  readonly answerAfterMs?: number | undefined;
  /** Makes the task due so much later than it asks. */
  readonly postponeMs?: number | undefined;
}

export interface CloudTasksStandInOptions {
  /** 0: any free port. */
  readonly port?: number;
  readonly project: string;
  readonly location: string;
  /** The only queue. Every other one is NOT_FOUND. */
  readonly queue: QueueConfig;
  /** Signs the tokens. By default an identity with Google's issuer and algorithm is made. */
  readonly identity?: LocalIdentity;
  readonly onCreate?: (task: string) => CreateFault;
  /** Comes between the queue and the network. */
  readonly intercept?: (send: Send) => Send;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly log?: DispatchLog;
}

export interface CloudTasksStandIn {
  /** `host:port`, as `CLOUD_TASKS_EMULATOR_HOST` wants it. */
  readonly host: string;
  readonly identity: LocalIdentity;
  /** Where the public key is served. */
  readonly jwksUri: string;
  readonly tasks: Pick<Dispatcher<HttpTask>, 'size' | 'get' | 'idle' | 'pause' | 'resume' | 'purge'>;
  close(): Promise<void>;
}

/**
 * Cloud Tasks on loopback: the part of the v2 REST API that creates, reads and deletes tasks, reads and holds a queue, and
 * a queue behind it that dispatches for real. Google ships no emulator of its own.
 * Source: https://cloud.google.com/tasks/docs/reference/rest
 */
export const startCloudTasksStandIn = async (
  options: CloudTasksStandInOptions,
): Promise<CloudTasksStandIn> => {
  const { project, location, queue, now = Date.now } = options;
  const parent = `projects/${project}/locations/${location}/queues/${queue.name}`;
  const identity =
    options.identity ??
    (await createLocalIdentity({
      issuer: 'https://accounts.google.com',
      email: `tasks@${project}.iam.gserviceaccount.com`,
      alg: 'RS256',
    }));
  const sender = createSender(now);
  const dispatcher = new Dispatcher({
    queue,
    dispatch: dispatchByHttp({
      queue: queue.name,
      send: options.intercept?.(sender.send) ?? sender.send,
      sign: identity.sign,
    }),
    now,
    random: options.random ?? Math.random,
    log: options.log,
  });
  const closing = new AbortController();

  const create = async (request: IncomingMessage): Promise<object | undefined> => {
    const task = parseCreateTask(await text(request), parent, now(), randomUUID);
    const fault = options.onCreate?.(task.name) ?? {};
    if (fault.refuse !== undefined) throw fault.refuse;
    const scheduleAt = task.scheduleAt + (fault.postponeMs ?? 0);
    const added = dispatcher.add({ ...task, scheduleAt });
    if (fault.answerAfterMs) await sleep(fault.answerAfterMs, undefined, { signal: closing.signal });
    if (fault.answer === 'cut') request.socket.destroy();
    if (fault.answer !== undefined) return undefined;
    if (!added) throw new ApiError(409, 'ALREADY_EXISTS', 'the task exists, or did so lately');
    return { name: `${parent}/tasks/${task.name}`, scheduleTime: new Date(scheduleAt).toISOString() };
  };

  const existing = (id: string): LiveTask<HttpTask> => {
    const task = dispatcher.get(id);
    if (task === undefined) throw new ApiError(404, 'NOT_FOUND', 'there is no such task');
    return task;
  };

  const resource = ({ task, retries, executions, dueAt }: LiveTask<HttpTask>): object => ({
    name: `${parent}/tasks/${task.name}`,
    scheduleTime: new Date(dueAt).toISOString(),
    dispatchCount: retries,
    responseCount: executions,
  });

  const actions: Record<string, () => void> = {
    pause: () => dispatcher.pause(),
    resume: () => dispatcher.resume(),
    purge: () => dispatcher.purge(),
  };

  /** The body of the answer; `undefined` for none. */
  const route = async (request: IncomingMessage): Promise<object | undefined> => {
    const { pathname } = new URL(request.url ?? '/', 'http://stand-in');
    const operation = `${request.method} ${decodeURIComponent(pathname)}`;
    if (operation === 'GET /certs') return identity.jwks;
    const [, verb, queueName, rest = ''] = /^(\w+) \/v2\/(.+?\/queues\/[^/:]+)(.*)$/.exec(operation) ?? [];
    if (queueName === undefined) throw new ApiError(404, 'NOT_FOUND', 'there is no such method');
    if (queueName !== parent) throw new ApiError(404, 'NOT_FOUND', 'Queue does not exist.');
    const action = verb === 'POST' && rest.startsWith(':') ? actions[rest.slice(1)] : undefined;
    if (action !== undefined) {
      action();
      return { name: parent };
    }
    if (verb === 'GET' && rest === '')
      return { name: parent, state: dispatcher.paused ? 'PAUSED' : 'RUNNING' };
    if (verb === 'POST' && rest === '/tasks') return create(request);
    const id = /^\/tasks\/([^/]+)$/.exec(rest)?.[1];
    if (verb === 'GET' && id !== undefined) return resource(existing(id));
    if (verb === 'DELETE' && id !== undefined) {
      dispatcher.delete(existing(id).task.name);
      return {};
    }
    throw new ApiError(404, 'NOT_FOUND', 'there is no such method');
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const json = (status: number, body: object): void => {
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    };
    try {
      const body = await route(request);
      if (body !== undefined) json(200, body);
    } catch (error) {
      if (error instanceof ApiError) json(error.code, error.toJSON());
      else if (!response.destroyed) json(500, new ApiError(500, 'INTERNAL', String(error)).toJSON());
    }
  };

  const server = createServer((request, response) => void answer(request, response));
  // The client is to hang up first: what it sends at the last moment must not find its connection closed.
  server.keepAliveTimeoutBuffer = 30_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    identity,
    jwksUri: `http://${host}/certs`,
    tasks: dispatcher,
    async close() {
      closing.abort();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await Promise.all([closed, dispatcher.close()]);
      sender.close();
    },
  };
};
