import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLocalIdentity } from '../../local/cloud-tasks/identity.ts';
import { type FirestoreEmulator, startFirestoreEmulator } from '../../local/emulated/firestore-emulator.ts';
import { freePort } from '../../local/emulated/free-port.ts';
import { exchange } from '../measure/load.ts';
import { startPausedQueue } from './paused-queue.ts';
import { type Ask, type Started, startProcess } from './system.ts';
import { TEXT } from './text.ts';

const PROJECT = 'bench';
const AUDIENCE = 'analysis';
const WORKER_URL = 'http://127.0.0.1:9';
const FRAMEWORK = join(
  import.meta.dirname,
  '../../node_modules/@google-cloud/functions-framework/build/src/main.js',
);

/** One server of the comparison. */
export interface Served {
  readonly origin: URL;
  readonly pids: readonly number[];
}

/** The three functions on the framework, a hello on the framework, and a plain server that makes the same calls. */
export interface Deployed {
  readonly submit: Served;
  readonly worker: Served;
  readonly operations: Served;
  readonly hello: Served;
  readonly bare: Served;
  readonly accept: { readonly ours: Ask; readonly bare: Ask };
  /** Reads what was accepted under this id. */
  readonly read: (id: string) => { readonly ours: Ask; readonly bare: Ask };
  /** Delivers the task of an operation. */
  readonly work: (id: string) => { readonly ours: Ask; readonly bare: Ask };
  readonly stop: () => Promise<void>;
}

/** Needs `npm run build`. The emulator and the stand-in for Cloud Tasks do not count: they are processes of their own. */
export async function startDeployed(): Promise<Deployed> {
  const identity = await createLocalIdentity({
    issuer: 'https://issuer.example',
    email: 'bench@example.org',
  });
  const emulator: FirestoreEmulator = await startFirestoreEmulator();
  const tasks = await startPausedQueue(PROJECT);
  const env = {
    PATH: process.env['PATH'],
    NODE_ENV: 'production',
    GOOGLE_CLOUD_PROJECT: PROJECT,
    STORE: 'firestore',
    QUEUE: 'cloud-tasks',
    PROVIDER: 'rules',
    FIRESTORE_EMULATOR_HOST: emulator.host,
    CLOUD_TASKS_EMULATOR_HOST: tasks.host,
    TASKS_LOCATION: 'local',
    TASKS_QUEUE: 'operations',
    TASKS_SERVICE_ACCOUNT: tasks.identity.email,
    TASKS_OIDC_JWKS_URI: tasks.jwksUri,
    WORKER_URL,
    OIDC_ISSUER: identity.issuer,
    OIDC_AUDIENCE: AUDIENCE,
    OIDC_JWKS_JSON: JSON.stringify(identity.jwks),
    OIDC_TENANT_CLAIM: 'email',
    TENANT_REQUESTS_PER_MINUTE: '1000000',
    TENANT_UNFINISHED_OPERATIONS: '1000000',
  };
  const started: Started[] = [];
  const serve = async (command: readonly string[]): Promise<Served> => {
    const port = await freePort();
    const child = await startProcess([process.execPath, FRAMEWORK, ...command, `--port=${port}`], {
      ready: /^/,
      env,
    });
    started.push(child);
    const origin = new URL(`http://127.0.0.1:${port}`);
    await untilAnswering(origin, child);
    return { origin, pids: [child.pid] };
  };
  const stop = async () => {
    for (const { stop } of started) await stop();
    await tasks.close();
    await emulator.stop();
  };
  try {
    const submit = await serve(['--target=submit']);
    const worker = await serve(['--target=worker']);
    const operations = await serve(['--target=operations']);
    const hello = await serve(['--source=bench/cold-start/hello.mjs', '--target=hello']);
    const bare = await startProcess(
      [process.execPath, join(import.meta.dirname, '../peers/bare-functions.mjs')],
      {
        ready: /READY (\S+)/,
        env,
      },
    );
    started.push(bare);
    const tenant = { authorization: `Bearer ${await identity.sign(AUDIENCE)}` };
    const queue = { authorization: `Bearer ${await tasks.identity.sign(WORKER_URL)}` };
    const body = JSON.stringify({ text: TEXT });
    const both = (ours: Ask, bare: Ask) => ({ ours, bare });
    return {
      submit,
      worker,
      operations,
      hello,
      bare: { origin: new URL(bare.found), pids: [bare.pid] },
      accept: both(
        {
          method: 'POST',
          path: '/v1/proofread',
          headers: { ...tenant, prefer: 'respond-async' },
          body,
          expect: 202,
        },
        { method: 'POST', path: '/run', body, expect: 202 },
      ),
      read: (id) =>
        both(
          { method: 'GET', path: `/v1/operations/${id}`, headers: tenant, expect: 200 },
          { method: 'GET', path: `/jobs/${id}`, expect: 200 },
        ),
      work: (operation_id) => {
        const task = JSON.stringify({ operation_id });
        return both(
          { method: 'POST', path: '/tasks/run', headers: queue, body: task, expect: 200 },
          { method: 'POST', path: '/tasks/run', body: task, expect: 200 },
        );
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const START_LIMIT_MS = 30_000;

/** A function says nothing when it is ready. */
async function untilAnswering(origin: URL, { child }: Started): Promise<void> {
  const end = performance.now() + START_LIMIT_MS;
  const ask: Ask = { method: 'GET', path: '/v1/health', expect: 200 };
  while (performance.now() < end && child.exitCode === null) {
    const answer = await exchange(origin, ask).catch(() => undefined);
    if (answer !== undefined) return;
    await sleep(50);
  }
  throw new Error(`nothing answers at ${origin}`);
}
