import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Authenticators } from './auth/authenticate.ts';
import { principalReader } from './auth/principal.ts';
import { createTokenVerifier } from './auth/verifier.ts';
import type { Config, ProviderConfig } from './config.ts';
import { type Cors, createCors } from './http/cors.ts';
import { createKinds, type OfferedKind } from './kinds.ts';
import { createLog, type Log } from './log.ts';
import { once } from './once.ts';
import { kindsOf } from './operations/kind.ts';
import type { Services } from './operations/services.ts';
import type { OperationStore } from './operations/store/port.ts';
import { isBrief } from './providers/brief.ts';
import type { Provider } from './providers/port.ts';
import type { FindElsewhere } from './providers/tamil.ts';
import { QueueUnavailable, type TaskQueue } from './queue/port.ts';
import { createQuota } from './quota/quota.ts';

/** Everything a function needs, built from the configuration. */
export interface Runtime {
  readonly services: Services;
  /** What clients may ask for. */
  readonly kinds: readonly OfferedKind[];
  readonly authenticators: Authenticators;
  readonly cors: Cors;
  /** Who issues the tokens of tenants. */
  readonly issuer?: Config['oidc']['issuer'];
  /** Deletes records past their retention. Absent if the store does so by itself. */
  readonly purge: (() => Promise<unknown>) | undefined;
  readonly close: () => Promise<void>;
}

/** The parts that `npm start` supplies. */
export interface Local {
  /** Takes the place of Cloud Tasks. */
  readonly queue?: TaskQueue;
  /** Where the offline engine analyses long texts. Short ones are analysed before their operation is recorded. */
  readonly findElsewhere?: FindElsewhere;
  /** How long a log line may wait for others. Where the processor may be stopped after an answer, no line may. */
  readonly logLingerMs?: number;
}

/** Builds the adapters that the configuration names. Each loads its client library when it is first used. */
export async function compose(config: Config, local: Local = {}): Promise<Runtime> {
  const log = createLog({
    level: config.logLevel,
    service: 'tamil-text-analysis-api',
    lingerMs: local.logLingerMs,
  });
  const { store, purge, warm } = await storeOf(config, log);
  const { worker } = config;
  const queue = local.queue ?? queueOf(config, warm);
  const provider: Provider = {
    ...lazily(config.provider.kind, () => providerOf(config.provider, local.findElsewhere)),
    ...(config.provider.kind === 'rules' && local.findElsewhere && { isBrief }),
  };
  const kinds = createKinds(provider);
  return {
    kinds,
    services: {
      store,
      queue,
      kinds: kindsOf(kinds),
      quota: createQuota(config.quota, store),
      log,
      project: config.project,
      now: Date.now,
      limits: {
        syncTextThreshold: config.syncTextThreshold,
        syncTimeoutMs: config.syncTimeoutMs,
        attemptTimeoutMs: config.attemptTimeoutMs,
        maxAttempts: config.maxAttempts,
        maxAgeMs: config.maxAgeMs,
        ttlDays: config.ttlDays,
      },
    },
    authenticators: {
      tenant: {
        verify: createTokenVerifier(config.oidc, log),
        readPrincipal: principalReader(config.oidc),
      },
      taskQueue: worker && { verify: createTokenVerifier(worker.oidc, log), email: worker.email },
    },
    cors: createCors(config.corsOrigins),
    issuer: config.oidc.issuer,
    purge,
    close: async () => {
      await queue.close();
      await store.close();
    },
  };
}

interface OpenedStore {
  readonly store: OperationStore;
  readonly purge?: () => Promise<unknown>;
  /** Resolves when the store is ready for calls. */
  readonly warm?: () => Promise<void>;
}

async function storeOf({ store }: Config, log: Log): Promise<OpenedStore> {
  const onCorrupt = logOnce(log);
  if (store.kind === 'sqlite') {
    const { createSqliteStore } = await import('./operations/store/sqlite/store.ts');
    const onCrash = (error: Error) => {
      log.fatal({ err: error }, 'The thread that writes to the store has ended, and the process with it');
      process.exit(1);
    };
    const sqlite = createSqliteStore({ path: store.path, onCorrupt, onCrash });
    // Starts the thread: what it cannot do is a fault of the start.
    await sqlite.ping();
    return { store: sqlite, purge: () => sqlite.purge(Date.now()) };
  }
  const { createFirestoreStore } = await import('./operations/store/firestore/store.ts');
  const firestore = createFirestoreStore({
    projectId: store.project,
    database: store.database,
    ...(store.emulatorHost !== undefined && { emulatorHost: store.emulatorHost }),
    onCorrupt,
  });
  return { store: firestore, warm: firestore.warm };
}

/** Logs a corrupt record once, so that a tenant that lists it again and again does not fill the log. */
function logOnce(log: Log): (id: string, faults: string) => void {
  const told = new Set<string>();
  return (operation_id, faults) => {
    if (told.has(operation_id)) return;
    if (told.size >= MOST_TOLD) told.clear();
    told.add(operation_id);
    log.error({ operation_id, faults }, 'record-corrupt');
  };
}

const MOST_TOLD = 1000;

function queueOf(config: Config, storeReady: () => Promise<void> = async () => undefined): TaskQueue {
  if (config.queue.kind === 'local') return leftToSweep;
  const { queue, worker, attemptTimeoutMs } = config;
  let opened: TaskQueue | undefined;
  const open = once(async () => {
    const { createCloudTasksQueue } = await import('./queue/cloud-tasks/queue.ts');
    if (worker === undefined) throw new QueueUnavailable('TASKS_SERVICE_ACCOUNT and WORKER_URL are not set');
    opened = createCloudTasksQueue({
      ...queue,
      serviceAccount: worker.email,
      workerUrl: worker.oidc.audience,
      dispatchDeadlineMs: attemptTimeoutMs + DISPATCH_MARGIN_MS,
      budgetMs: ENQUEUE_BUDGET_MS,
    });
    return opened;
  });
  return {
    enqueue: async (task, signal) => (await open()).enqueue(task, signal),
    // The two clients load on one thread, so this one loads while Firestore works on the first request.
    warm: async () => {
      try {
        await storeReady();
        await nextTurn();
        await (await open()).warm?.();
      } catch {
        // The first call reports the fault.
      }
    },
    close: async () => opened?.close(),
  };
}

/** A dispatch must outlive its attempt, for aborting the provider call and for the last writes. */
const DISPATCH_MARGIN_MS = 30_000;
/** A request spends at most so long on enqueuing. After that the sweep enqueues the operation. */
const ENQUEUE_BUDGET_MS = 4000;

/** A function that is served alone has no local queue. `npm start` on the same file takes its operations up. */
const leftToSweep: TaskQueue = {
  enqueue: () => Promise.reject(new QueueUnavailable('the local queue runs in npm start only')),
  close: async () => undefined,
};

function lazily(name: string, load: () => Promise<Provider>): Provider {
  const loaded = once(load);
  return { name, analyse: async (request, context) => (await loaded()).analyse(request, context) };
}

async function providerOf(config: ProviderConfig, findElsewhere: Local['findElsewhere']): Promise<Provider> {
  const { createRulesProvider } = await import('./providers/tamil.ts');
  if (config.kind === 'rules') return createRulesProvider(findElsewhere);
  const [{ createGeminiProvider }, { createMergingProvider }, { createFallbackProvider }, { findIssues }] =
    await Promise.all([
      import('./providers/gemini/provider.ts'),
      import('./providers/merging.ts'),
      import('./providers/fallback.ts'),
      import('../tamil/proofread/find-issues.ts'),
    ]);
  const { access, models, baseUrl, fallback } = config;
  const gemini = createGeminiProvider({ ...access, models, ...(baseUrl !== undefined && { baseUrl }) });
  const merging = createMergingProvider(gemini, (text, disabledRules = []) =>
    findIssues(text, { certainOnly: true, disabledRules }),
  );
  return fallback === undefined
    ? merging
    : createFallbackProvider(merging, createRulesProvider(findElsewhere));
}
