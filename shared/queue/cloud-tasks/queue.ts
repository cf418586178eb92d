import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudTasksClient } from '@google-cloud/tasks';
import { codeOf, GRPC, isTransient, nameOf } from '../../grpc-status.ts';
import { unlessAborted } from '../../unless-aborted.ts';
import { backoffMs } from '../backoff.ts';
import { QueueUnavailable, type Task, type TaskQueue, taskName } from '../port.ts';
import { taskRequestOf } from '../task-request.ts';

export interface CloudTasksOptions {
  readonly project: string;
  readonly location: string;
  readonly queue: string;
  /** Email of the account whose OIDC token goes with each delivery. */
  readonly serviceAccount: string;
  readonly workerUrl: string;
  /** Audience of the token, where it is not `workerUrl`: a revision at an address of its own takes tokens of its service. */
  readonly audience?: string;
  /** How long Cloud Tasks waits for the worker. Clamped to the 15 s to 30 min that Cloud Tasks allows. */
  readonly dispatchDeadlineMs: number;
  /** `host:port` of a stand-in, which is called over plain HTTP without credentials. */
  readonly emulatorHost?: string | undefined;
  /** How long one `enqueue` may take, including its retries. */
  readonly budgetMs?: number;
}

type Client = CloudTasksClient;
type ClientOptions = NonNullable<ConstructorParameters<typeof CloudTasksClient>[0]>;
type CreateTask = Exclude<Parameters<Client['createTask']>[0], undefined>;

const RETRY = { minMs: 100, maxMs: 1000 };

/**
 * Enqueues over REST. A task that exists already counts as success. A fault that may pass is retried within `budgetMs`. After
 * that, and for any other fault, `enqueue` rejects with `QueueUnavailable`, whose cause is the answer of Cloud Tasks.
 * Source: https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues.tasks/create
 */
export const createCloudTasksQueue = (options: CloudTasksOptions): TaskQueue => {
  const { budgetMs = 3000 } = options;
  let client: Promise<Client> | undefined;
  let closed = false;

  const load = (): Promise<Client> => {
    client ??= openClient(options).catch((error) => {
      client = undefined;
      throw error;
    });
    return client;
  };

  const create = async (request: CreateTask): Promise<void> => {
    // Half of the budget, so that a call without an answer leaves time for another.
    await (await load()).createTask(request, { timeout: budgetMs / 2, retry: null });
  };

  return {
    async warm() {
      await load()
        .then(({ auth }) => auth.getRequestHeaders())
        .catch(() => undefined);
    },
    async enqueue(task, signal) {
      if (closed) throw new QueueUnavailable('the queue is closed');
      const request = requestOf(task, options);
      await within(budgetMs, signal, async (limit) => {
        for (let retry = 0; ; retry += 1) {
          try {
            return await unlessAborted(limit, () => create(request));
          } catch (error) {
            if (codeOf(error) === GRPC.ALREADY_EXISTS) return;
            if (!isTransient(error) || limit.aborted) throw unavailable(error);
            await sleep(backoffMs(retry, RETRY), undefined, { signal: limit }).catch(() => {
              throw unavailable(error);
            });
          }
        }
      });
    },
    async close() {
      closed = true;
      await (await client?.catch(() => undefined))?.close();
    },
  };
};

export const openClient = async (options: Pick<CloudTasksOptions, 'emulatorHost'>): Promise<Client> => {
  const { CloudTasksClient } = await import('@google-cloud/tasks');
  const client = new CloudTasksClient({ fallback: true, ...standIn(options.emulatorHost) });
  // Initialized here: its methods would also raise missing credentials as an unhandled rejection.
  await client.initialize();
  return client;
};

const standIn = (host: string | undefined): ClientOptions => {
  if (host === undefined) return {};
  const { hostname, port } = new URL(`http://${host}`);
  const anonymous = {
    getRequestHeaders: () => Promise.resolve(new Headers()),
    fetch: (url: string, init: RequestInit) => fetch(url, init),
  };
  const auth = anonymous as unknown as NonNullable<ClientOptions['auth']>;
  return { protocol: 'http', apiEndpoint: hostname, port: Number(port), auth };
};

const requestOf = (task: Task, options: CloudTasksOptions): CreateTask => {
  const { project, location, queue, serviceAccount, dispatchDeadlineMs } = options;
  const parent = `projects/${project}/locations/${location}/queues/${queue}`;
  const { url, audience, headers, body } = taskRequestOf(task, options.workerUrl);
  return {
    parent,
    task: {
      name: `${parent}/tasks/${taskName(task)}`,
      httpRequest: {
        url,
        httpMethod: 'POST',
        headers: { ...headers },
        body: Buffer.from(body).toString('base64'),
        oidcToken: { serviceAccountEmail: serviceAccount, audience: options.audience ?? audience },
      },
      dispatchDeadline: duration(Math.min(1_800_000, Math.max(15_000, dispatchDeadlineMs))),
      ...(task.delay_ms === undefined ? {} : { scheduleTime: duration(Date.now() + task.delay_ms) }),
    },
  };
};

/** A duration or a point in time, as protobuf writes both. */
const duration = (ms: number) => ({ seconds: Math.floor(ms / 1000), nanos: Math.floor(ms % 1000) * 1e6 });

/** Cheaper than `AbortSignal.timeout`, which makes an error for each call even after the call has ended. */
const within = async (
  budgetMs: number,
  signal: AbortSignal | undefined,
  call: (limit: AbortSignal) => Promise<void>,
): Promise<void> => {
  const limit = new AbortController();
  const abort = () => limit.abort(signal?.reason);
  const timer = setTimeout(() => limit.abort(new Error('out of time')), budgetMs);
  signal?.addEventListener('abort', abort);
  if (signal?.aborted) abort();
  try {
    await call(limit.signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
};

const unavailable = (cause: unknown): QueueUnavailable =>
  new QueueUnavailable(`Cloud Tasks did not accept the task: ${nameOf(cause)}`, { cause });
