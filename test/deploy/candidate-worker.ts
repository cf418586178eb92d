import { handlerOf } from '../../functions/serve.ts';
import { createLocalIdentity } from '../../local/cloud-tasks/identity.ts';
import type { Send } from '../../local/cloud-tasks/send.ts';
import { type CloudTasksStandIn, startCloudTasksStandIn } from '../../local/cloud-tasks/stand-in.ts';
import { compose } from '../../shared/compose.ts';
import { parseConfig } from '../../shared/config.ts';
import { createFirestoreStore } from '../../shared/operations/store/firestore/store.ts';
import type { OperationStore } from '../../shared/operations/store/port.ts';
import { firestoreEmulator, newProject } from '../support/firestore-emulator.ts';
import { type GeminiStandIn, startGeminiStandIn } from '../support/gemini-stand-in.ts';
import { PATIENT } from '../support/patience.ts';
import { serveFunction } from '../support/serve-function.ts';

const REGION = 'asia-south1';
const SERVICE = `worker-123456789012.${REGION}.run.app`;

/** The candidate of a worker on the real store and queue, for scripts that ask it by the queue. */
export interface CandidateWorker extends AsyncDisposable {
  /** For a script of `scripts/deploy`. */
  readonly env: Readonly<Record<string, string>>;
  readonly gemini: GeminiStandIn;
  readonly store: OperationStore;
  readonly tasks: CloudTasksStandIn['tasks'];
  /** Addresses to which tasks were sent. */
  readonly dispatched: readonly string[];
}

/**
 * Serves the worker's function from this process, at the candidate's address alone: whoever sends a task elsewhere is answered
 * by nobody. `more` goes into the worker's environment.
 */
export async function startCandidateWorker(more: Record<string, string> = {}): Promise<CandidateWorker> {
  const project = newProject();
  const emulatorHost = await firestoreEmulator();
  const gemini = await startGeminiStandIn();
  const dispatched: string[] = [];
  let origin: URL | undefined;
  const intercept =
    (send: Send): Send =>
    async (dispatch, signal) => {
      const { host, pathname } = new URL(dispatch.url);
      dispatched.push(dispatch.url);
      if (host !== `candidate---${SERVICE}` || origin === undefined)
        return { reason: 'UNAVAILABLE', detail: 'nobody is there' };
      return send({ ...dispatch, url: new URL(pathname, origin).href }, signal);
    };
  const email = `tamil-invoker@${project}.iam.gserviceaccount.com`;
  const standIn = await startCloudTasksStandIn({
    project,
    location: REGION,
    queue: {
      name: 'operations',
      maxConcurrentDispatches: 2,
      minBackoffMs: 50,
      maxBackoffMs: 200,
      maxAttempts: 15,
    },
    identity: await createLocalIdentity({ issuer: 'https://accounts.google.com', email, alg: 'RS256' }),
    intercept,
  });
  const emulated = {
    FIRESTORE_EMULATOR_HOST: emulatorHost,
    CLOUD_TASKS_EMULATOR_HOST: standIn.host,
  };
  const runtime = await compose(
    parseConfig(
      {
        ...emulated,
        GOOGLE_CLOUD_PROJECT: project,
        STORE: 'firestore',
        QUEUE: 'cloud-tasks',
        TASKS_LOCATION: REGION,
        TASKS_QUEUE: 'operations',
        TASKS_SERVICE_ACCOUNT: email,
        TASKS_OIDC_JWKS_URI: standIn.jwksUri,
        WORKER_URL: `https://${SERVICE}`,
        GEMINI_API_KEY: 'a-key',
        GEMINI_BASE_URL: gemini.url,
        LOG_LEVEL: 'silent',
        ...more,
      },
      'worker',
    ),
  );
  const worker = await serveFunction(await handlerOf('worker', runtime));
  origin = worker.origin;
  const store = createFirestoreStore({ ...PATIENT, projectId: project, emulatorHost });
  return {
    env: { ...emulated, PROJECT_ID: project, PROJECT_NUMBER: '123456789012', PAUSE: '0.02' },
    gemini,
    store,
    tasks: standIn.tasks,
    dispatched,
    async [Symbol.asyncDispose]() {
      await standIn.close();
      await worker.close();
      await Promise.all([runtime.close(), store.close(), gemini.close()]);
    },
  };
}
