import { handlerOf } from '../../functions/serve.ts';
import { createLocalIdentity } from '../../local/cloud-tasks/identity.ts';
import { createGateway } from '../../local/emulated/gateway.ts';
import { readRewrites } from '../../local/emulated/rewrites.ts';
import { closed, listen } from '../../local/start/listen.ts';
import { createLocalQueue } from '../../local/start/queue.ts';
import { LocalWorker } from '../../local/start/worker.ts';
import type { OidcConfig } from '../../shared/auth/oidc.ts';
import { principalReader } from '../../shared/auth/principal.ts';
import { createTokenVerifier } from '../../shared/auth/verifier.ts';
import { createCors } from '../../shared/http/cors.ts';
import { createKinds } from '../../shared/kinds.ts';
import { createLog } from '../../shared/log.ts';
import { kindsOf } from '../../shared/operations/kind.ts';
import type { Operation } from '../../shared/operations/record/record.ts';
import type { Services } from '../../shared/operations/services.ts';
import type { OperationStore } from '../../shared/operations/store/port.ts';
import { createCloudTasksQueue } from '../../shared/queue/cloud-tasks/queue.ts';
import type { TaskQueue } from '../../shared/queue/port.ts';
import { createQuota } from '../../shared/quota/quota.ts';
import { firestorePlace } from '../contract/firestore-place.ts';
import { sqlitePlace } from '../contract/sqlite-place.ts';
import { type Client, clientOf } from '../e2e/client.ts';
import {
  type FaultyStandIn,
  LOCATION,
  PROJECT,
  QUEUE,
  startStandIn,
} from '../support/cloud-tasks-stand-in.ts';
import { DEFAULT_LIMITS } from '../support/default-limits.ts';
import { noFirestoreEmulator } from '../support/firestore-emulator.ts';
import { createScriptedProvider, type ScriptedProvider } from '../support/scripted-provider.ts';
import { type ServedFunction, serveFunction } from '../support/serve-function.ts';
import { AUDIENCE, createTestIssuer, ISSUER } from '../support/test-issuer.ts';

const WORKER_AUDIENCE = 'http://worker.example';
const EMAIL = `tasks@${PROJECT}.iam.gserviceaccount.com`;

/** How a delivery is told apart, and what the worker made of it. */
export interface DeliveryOptions {
  readonly task?: string;
  readonly dispatch?: number;
}

/** The three functions over a real store and a real queue, all in this process, with a provider that the test scripts. */
export interface Deployment extends AsyncDisposable {
  readonly services: Services;
  readonly provider: ScriptedProvider;
  /** Milliseconds that the clock of the functions is ahead. */
  readonly clock: { ahead: number };
  /** Every write that the store took, with those under way: what a poll shows may not have been told to its writer yet. */
  readonly writes: () => Promise<readonly Operation[]>;
  /** Lines of the log. */
  readonly logged: Record<string, unknown>[];
  readonly client: (tenant?: string, claims?: object) => Promise<Client>;
  readonly stored: (id: string) => Promise<Operation | undefined>;
  /** A dispatch beside those of the queue; resolves to the status of its answer. */
  readonly deliver: (id: string, options?: DeliveryOptions) => Promise<number>;
  readonly sweep: () => Promise<unknown>;
  /** Stops and starts the dispatching of what is enqueued. */
  readonly queue: { pause(): void; resume(): void; idle(): Promise<void> };
}

export type DeploymentOptions = Partial<Services['limits']> & { readonly paused?: boolean };

export interface Shape {
  readonly name: string;
  readonly missing: boolean;
  readonly open: (options?: DeploymentOptions) => Promise<Deployment>;
}

/** Both shapes that the service runs in: what `npm start` has, and what is deployed. */
export const SHAPES: readonly Shape[] = [
  { name: 'SQLite and the local queue', missing: false, open: (options) => openDeployment('local', options) },
  {
    name: 'Firestore and Cloud Tasks',
    missing: noFirestoreEmulator,
    open: (options) => openDeployment('cloud', options),
  },
];

async function openDeployment(
  kind: 'local' | 'cloud',
  { paused = false, ...limits }: DeploymentOptions = {},
): Promise<Deployment> {
  const clock = { ahead: 0 };
  const now = () => Date.now() + clock.ahead;
  const identity = await createLocalIdentity({ issuer: WORKER_AUDIENCE, email: EMAIL });
  const issuer = await createTestIssuer();
  const served: ServedFunction[] = [];
  const worker = { origin: new URL('http://127.0.0.1:1') };

  const place = await (kind === 'local' ? sqlitePlace() : firestorePlace(false)());
  const real = place.connect({ now, onCorrupt: () => undefined });
  const { store, writes } = recording(real);

  let standIn: FaultyStandIn | undefined;
  let queue: TaskQueue;
  let control: Deployment['queue'];
  if (kind === 'local') {
    const gate = gated();
    const local = createLocalQueue({
      run: async (delivery) => {
        await gate.open;
        return new LocalWorker(services).run(delivery);
      },
      minBackoffMs: 10,
      maxBackoffMs: 200,
    });
    queue = local;
    control = { pause: gate.pause, resume: gate.resume, idle: () => local.idle() };
  } else {
    // The worker's address is known after the queue's: a gateway of one destination stands before it.
    const entrance = createGateway(() => ({ origin: worker.origin }));
    const { port } = await listen(entrance, 0);
    served.push({ origin: new URL(`http://127.0.0.1:${port}`), close: () => closed(entrance) });
    standIn = await startStandIn({ identity });
    const { tasks } = standIn;
    queue = createCloudTasksQueue({
      project: PROJECT,
      location: LOCATION,
      queue: QUEUE,
      serviceAccount: EMAIL,
      workerUrl: `http://127.0.0.1:${port}`,
      dispatchDeadlineMs: 60_000,
      emulatorHost: standIn.host,
      budgetMs: 4000,
    });
    control = { pause: () => tasks.pause(), resume: () => tasks.resume(), idle: () => tasks.idle() };
  }
  if (paused) control.pause();

  const provider = createScriptedProvider();
  const kinds = createKinds(provider);
  const logged: Record<string, unknown>[] = [];
  const log = createLog(
    { level: 'info', service: 'test' },
    { write: (line) => void logged.push(JSON.parse(line)) },
  );
  const services: Services = {
    store,
    queue,
    kinds: kindsOf(kinds),
    quota: createQuota({ requestsPerMinute: 100_000, unfinishedOperations: 100_000 }, store),
    log,
    project: undefined,
    now,
    limits: { ...DEFAULT_LIMITS, ...limits },
  };
  const audience = served[0]?.origin.origin ?? WORKER_AUDIENCE;
  const inline = ({ keys }: { keys: readonly object[] }): OidcConfig['keys'] => ({
    kind: 'inline',
    jwks: { keys: keys.map((key) => ({ ...key })) },
  });
  const authenticators = {
    tenant: {
      verify: createTokenVerifier({ issuer: ISSUER, audience: AUDIENCE, keys: inline(issuer.jwks) }),
      readPrincipal: principalReader({ tenantClaim: 'tenant_id' }),
    },
    taskQueue: {
      verify: createTokenVerifier({ issuer: WORKER_AUDIENCE, audience, keys: inline(identity.jwks) }),
      email: EMAIL,
    },
  };
  const serve = async (target: 'submit' | 'worker' | 'operations'): Promise<URL> => {
    const runtime = {
      services,
      kinds,
      authenticators,
      cors: createCors('*'),
      purge: undefined,
      close: async () => undefined,
    };
    const one = await serveFunction(await handlerOf(target, runtime));
    served.push(one);
    return one.origin;
  };
  worker.origin = await serve('worker');
  const origins: Record<string, URL> = {
    submit: await serve('submit'),
    operations: await serve('operations'),
  };
  const rewrites = readRewrites(new URL('../../firebase.json', import.meta.url));
  const gateway = createGateway((path) => ({
    origin: origins[rewrites(path) ?? 'operations'] ?? worker.origin,
  }));
  const { port } = await listen(gateway, 0);

  const asQueue = async (path: string, body: object, headers: Record<string, string>) => {
    const response = await fetch(new URL(path, worker.origin), {
      method: 'POST',
      body: JSON.stringify(body),
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await identity.sign(audience)}`,
        ...headers,
      },
    });
    return { status: response.status, body: await response.json() };
  };

  return {
    services,
    provider,
    clock,
    writes,
    logged,
    client: async (tenant_id = 'school-1', claims = {}) =>
      clientOf(`http://127.0.0.1:${port}`, await issuer.sign({ tenant_id, ...claims })),
    stored: async (id) => (await real.read(id))?.operation,
    deliver: async (id, { task = 'by-hand', dispatch = 0 } = {}) => {
      const headers = {
        'x-cloudtasks-taskname': task,
        'x-cloudtasks-taskretrycount': String(dispatch),
      };
      return (await asQueue('/tasks/run', { operation_id: id }, headers)).status;
    },
    sweep: async () => (await asQueue('/tasks/sweep', {}, {})).body,
    queue: control,
    async [Symbol.asyncDispose]() {
      control.resume();
      await closed(gateway);
      await queue.close();
      await standIn?.close();
      for (const one of served) await one.close();
      await real.close();
      await place.remove();
    },
  };
}

/** The store itself, with a note of every write that it took. */
function recording(real: OperationStore) {
  const written: Operation[] = [];
  const underWay = new Set<Promise<unknown>>();
  const noted = async (operation: Operation, writing: ReturnType<OperationStore['create']>) => {
    const version = await writing;
    if (version !== undefined) written.push(operation);
    return version;
  };
  const tracked = (operation: Operation, writing: ReturnType<OperationStore['create']>) => {
    const noting = noted(operation, writing).finally(() => underWay.delete(noting));
    underWay.add(noting);
    return noting;
  };
  const store: OperationStore = {
    ...real,
    create: (operation) => tracked(operation, real.create(operation)),
    update: (operation, version) => tracked(operation, real.update(operation, version)),
  };
  const writes = async () => {
    await Promise.allSettled(underWay);
    return [...written];
  };
  return { store, writes };
}

function gated() {
  let gate = Promise.withResolvers<void>();
  gate.resolve();
  return {
    get open() {
      return gate.promise;
    },
    pause: () => {
      gate = Promise.withResolvers<void>();
    },
    resume: () => gate.resolve(),
  };
}
