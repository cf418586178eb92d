import { afterAll, afterEach, beforeAll } from 'vitest';
import type { Operation } from '../../shared/operations/record/record.ts';
import type { OperationStore, Version } from '../../shared/operations/store/port.ts';
import { taskName } from '../../shared/queue/port.ts';
import type { StorePlace } from '../contract/store-place.ts';
import { type Client, clientOf } from '../e2e/client.ts';
import { createIssuer, type Issuer } from '../e2e/tenants.ts';
import type { QueueFaults } from '../support/cloud-tasks-stand-in.ts';
import type { FunctionProcesses } from '../support/function-processes.ts';
import { startToldProvider, type Told, type ToldProvider, until } from './told-provider.ts';

/** How a delivery is told apart, and what the dispatch before it was answered. */
export interface HandDelivery {
  readonly task?: string;
  readonly dispatch?: number;
  readonly previous?: number;
}

/** A process that works, as whoever has the queue's identity reaches it. */
export interface WorkerProcess {
  /** A dispatch beside those of the queue; resolves to the status of its answer. */
  readonly deliver: (id: string, delivery?: HandDelivery) => Promise<number>;
  readonly sweep: () => Promise<void>;
  readonly turnClock: (aheadMs: number) => Promise<void>;
  readonly freeze: () => Promise<void>;
  readonly wake: () => void;
}

/** Another worker on the same store. */
export interface ProcessBeside extends WorkerProcess {
  readonly kill: () => Promise<void>;
  /** Where it takes requests of tenants, if it does. */
  readonly url: string | undefined;
}

/** What a shape of the service brings: its processes, and the way to its records. */
export interface Processes extends AsyncDisposable {
  /** Where tenants ask. */
  readonly url: string;
  readonly worker: WorkerProcess;
  readonly beside: () => Promise<ProcessBeside>;
  /** Ends what works and starts it again, with this in its environment. */
  readonly restart: (env: Readonly<Record<string, string>>) => Promise<void>;
  readonly place: StorePlace;
  /** A number that every write of the record makes one greater, from the record or from its version. */
  readonly writes: (id: string, version: Version) => Promise<number>;
  /** Everything that the processes have written so far. */
  readonly output: () => string;
  /** Of the Cloud Tasks stand-in; the local queue has none. */
  readonly faults: QueueFaults | undefined;
  readonly queue: { pause(): Promise<void>; resume(): Promise<void> };
  /** The deployed shape's, to be killed and frozen one by one. */
  readonly functions: FunctionProcesses | undefined;
  /** A `submit` whose queue takes nothing, on the same store. */
  readonly submitAlone: (() => Promise<{ readonly url: string } & AsyncDisposable>) | undefined;
}

export interface OpenOptions {
  readonly provider: ToldProvider;
  readonly env: Readonly<Record<string, string>>;
  readonly issuer: Issuer;
}

/** Real processes, seen from outside: by HTTP, by what the provider was asked, by the log and by the store. */
export interface ProcessDeployment extends Omit<Processes, 'writes' | 'beside'> {
  readonly provider: ToldProvider;
  /** Puts right the provider, the queue and its faults, and all clocks: a process that is left ahead would sweep what others work on. */
  readonly setRight: () => Promise<void>;
  /** Another worker on the same store, which is there for all tests. */
  readonly beside: () => Promise<WorkerProcess>;
  /** One more, for the test that kills it. */
  readonly begin: () => Promise<ProcessBeside>;
  readonly store: OperationStore;
  readonly client: (tenant?: string, url?: string) => Promise<Client>;
  /** Submits a text to the queue, and resolves to the operation's id. */
  readonly accept: (told: Told, headers?: Record<string, string>) => Promise<string>;
  readonly stored: (id: string) => Promise<Operation | undefined>;
  /** A number that every write of the record makes one greater. */
  readonly writes: (id: string) => Promise<number>;
  readonly taskOf: (id: string) => Promise<string>;
  /** Rewrites the record behind the back of the service. */
  readonly rewrite: (id: string, change: (operation: Operation) => object) => Promise<void>;
  /** Log lines that name the operation. */
  readonly logged: (id: string) => readonly Record<string, unknown>[];
  /** Those of attempts at it. */
  readonly attempts: (id: string) => readonly Record<string, unknown>[];
  readonly succeeds: (id: string, tenant?: string) => Promise<Operation>;
}

/** How the test itself looks into the store. */
export const AS_IS: Parameters<StorePlace['connect']>[0] = { now: Date.now, onCorrupt: () => undefined };
export const ATTEMPT_MS = 60_000;
/** What an attempt holds an operation for. */
export const LEASE_MS = ATTEMPT_MS + 30_000;
export const MAX_ATTEMPTS = 3;
/** Long: a test in which a window is to end asks for a shorter one. A clock that turns by two minutes is past its lease. */
const WINDOW_MS = 30_000;
/** What a synchronous request with a key holds its operation for. */
export const WINDOW_LEASE_MS = WINDOW_MS + 10_000;
/** How long the sweep leaves a new operation's task to arrive. */
export const GRACE_MS = 30_000;
export const MAX_AGE_MS = 3_600_000;
export const ASYNC = { prefer: 'respond-async' };

/** One deployment for all tests of a file, since each start of its processes takes a second; put right after each test. */
export function inProcesses(open: (options: OpenOptions) => Promise<Processes>): () => ProcessDeployment {
  let deployment: ProcessDeployment;
  beforeAll(async () => {
    deployment = await openProcesses(open);
  });
  afterEach(() => deployment?.setRight());
  afterAll(() => deployment?.[Symbol.asyncDispose]());
  return () => deployment;
}

async function openProcesses(open: (options: OpenOptions) => Promise<Processes>): Promise<ProcessDeployment> {
  const issuer = await createIssuer();
  const provider = await startToldProvider();
  const processes = await open({
    provider,
    issuer,
    env: {
      ...issuer.env,
      GEMINI_API_KEY: 'test-key',
      GEMINI_BASE_URL: provider.url,
      GEMINI_MODELS: 'gemini-3.8-flash',
      SYNC_TIMEOUT_MS: String(WINDOW_MS),
      WORKER_ATTEMPT_TIMEOUT_MS: String(ATTEMPT_MS),
      WORKER_MAX_ATTEMPTS: String(MAX_ATTEMPTS),
      TENANT_REQUESTS_PER_MINUTE: '1000000',
      TENANT_UNFINISHED_OPERATIONS: '1000000',
    },
  });
  const store = processes.place.connect(AS_IS);
  const tokens = new Map<string, Promise<string>>();
  const tokenOf = (tenant: string) => {
    const token = tokens.get(tenant) ?? issuer.token(tenant);
    tokens.set(tenant, token);
    return token;
  };
  const client: ProcessDeployment['client'] = async (tenant = 'school-1', url = processes.url) =>
    clientOf(url, await tokenOf(tenant));
  let beside: Promise<ProcessBeside> | undefined;
  const read = async (id: string) => {
    const stored = await store.read(id);
    if (stored === undefined) throw new Error(`there is no ${id}`);
    return stored;
  };
  const deployment: ProcessDeployment = {
    ...processes,
    provider,
    store,
    client,
    accept: async ({ text }, headers = {}) => {
      const of = await client();
      const { status, body } = await of.post('/v1/proofread', { text }, { ...ASYNC, ...headers });
      if (status !== 202) throw new Error(`${status} ${JSON.stringify(body)}`);
      return body.operation_id;
    },
    setRight: async () => {
      provider.release();
      processes.faults?.clear();
      await processes.queue.resume();
      const lost = processes.functions?.lost() ?? [];
      if (lost.length > 0) throw new Error(lost.join('\n'));
      await processes.worker.turnClock(0);
      await (await beside)?.turnClock(0);
    },
    beside: () => {
      beside ??= processes.beside();
      return beside;
    },
    begin: processes.beside,
    writes: async (id) => processes.writes(id, (await read(id)).version),
    stored: async (id) => (await store.read(id))?.operation,
    taskOf: async (id) => {
      const { generation, created_at } = (await read(id)).operation;
      return taskName({ operation_id: id, generation, created_at });
    },
    rewrite: async (id, change) => {
      for (;;) {
        const { operation, version } = await read(id);
        const changed = { ...operation, ...change(operation) } as Operation;
        if ((await store.update(changed, version)) !== undefined) return;
      }
    },
    logged: (id) =>
      processes
        .output()
        .split('\n')
        .filter((line) => line.startsWith('{') && line.endsWith('}') && line.includes(id))
        .map((line) => JSON.parse(line)),
    attempts: (id) => deployment.logged(id).filter(({ message }) => message === 'attempt'),
    succeeds: async (id, tenant) => {
      const { body } = await (await client(tenant)).finished(id);
      if (body.status !== 'succeeded') throw new Error(JSON.stringify(body));
      return (await read(id)).operation;
    },
    async [Symbol.asyncDispose]() {
      await store.close();
      await (await beside)?.kill();
      await processes[Symbol.asyncDispose]();
      await provider[Symbol.asyncDispose]();
    },
  };
  await warm(deployment);
  return deployment;
}

/** Each process has loaded what it needs before something is broken. */
async function warm({ provider, accept, succeeds, client, worker }: ProcessDeployment): Promise<void> {
  const of = await client('warming');
  await of.post('/v1/proofread', { text: provider.tell().text });
  await succeeds(await accept(provider.tell()));
  await worker.sweep();
  await until(async () => (await of.get('/v1/operations')).status === 200, 'it answers');
}

export const byHand =
  (origin: string | URL, authorization: () => Promise<string>) =>
  async (path: string, body: object, { task = 'by-hand', dispatch = 0, previous }: HandDelivery = {}) => {
    const response = await fetch(new URL(path, origin), {
      method: 'POST',
      body: JSON.stringify(body),
      headers: {
        'content-type': 'application/json',
        authorization: await authorization(),
        'x-cloudtasks-taskname': task,
        'x-cloudtasks-taskretrycount': String(dispatch),
        ...(previous !== undefined && { 'x-cloudtasks-taskpreviousresponse': String(previous) }),
      },
    });
    await response.text();
    return response.status;
  };

/** Deliveries and sweeps of one worker, by `byHand`. */
export function handsOf(send: ReturnType<typeof byHand>): Pick<WorkerProcess, 'deliver' | 'sweep'> {
  return {
    deliver: (id, delivery) => send('/tasks/run', { operation_id: id }, delivery),
    sweep: async () => {
      const status = await send('/tasks/sweep', {});
      if (status !== 200) throw new Error(`a sweep was answered ${status}`);
    },
  };
}
