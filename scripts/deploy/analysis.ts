import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { proofreadInput } from '../../shared/analyses/proofread.ts';
import { newOperationId } from '../../shared/operations/record/ids.ts';
import { type Finished, isFinished, type Unfinished } from '../../shared/operations/record/record.ts';
import { createFirestoreStore } from '../../shared/operations/store/firestore/store.ts';
import { createCloudTasksQueue, openClient } from '../../shared/queue/cloud-tasks/queue.ts';
import { readSettings } from './settings.ts';

/**
 * Has the candidate worker proofread a sentence: records an operation in the deployed store, puts a task for it to the
 * candidate's own address, waits until it has ended, and erases it. No tenant's token is needed. analysis.sh gives the arguments;
 * settings and emulators come from the environment. Exit codes: 0 the sentence was proofread, or the queue does not run; 1 it was not.
 */
const { values } = parseArgs({
  options: {
    /** The candidate's address, and that of its service, for which its tokens are. */
    candidate: { type: 'string', default: '' },
    audience: { type: 'string', default: '' },
    /** Whose token goes with the task. */
    account: { type: 'string', default: '' },
    /** Seconds between two looks at the record. */
    pause: { type: 'string', default: '1' },
    /** Seconds until the attempt must have begun. New roles take minutes. */
    'begin-within': { type: 'string', default: '180' },
  },
});

/** Nobody is this tenant. If one were, it would see one more operation in its list until this ends, and nothing else. */
const TENANT = 'deployment-check';
const SENTENCE = 'அந்த பையன் பள்ளிக்கு போனான்.';
/** A record that could not be erased is gone for every reader after this. */
const RETENTION_MS = 3_600_000;
/** The sweep of the worker that serves leaves the record alone until this has passed after the last look at it. */
const GRACE_MS = 60_000;

const settings = readSettings(process.env);
const { PROJECT_ID: project = '', BUILD_ID = 'by-hand' } = process.env;
const emulated = {
  store: process.env['FIRESTORE_EMULATOR_HOST'],
  queue: process.env['CLOUD_TASKS_EMULATOR_HOST'],
};
const pauseMs = Math.max(20, Number(values.pause) * 1000);
const attemptMs = Number(settings['_WORKER_ATTEMPT_TIMEOUT_MS']);
const created_at = Date.now();
const beginUntil = created_at + Number(values['begin-within']) * 1000;
const endUntil = beginUntil + attemptMs;
const model =
  settings['_GEMINI_ACCESS'] === 'none'
    ? 'rules'
    : `gemini (${settings['_GEMINI_ACCESS']}: ${settings['_GEMINI_MODELS']})`;

const place = {
  project,
  location: settings['_REGION'] ?? '',
  queue: settings['_QUEUE'] ?? '',
  emulatorHost: emulated.queue,
};
const store = createFirestoreStore({
  projectId: project,
  database: settings['_DATABASE'],
  ...(emulated.store !== undefined && { emulatorHost: emulated.store }),
});
const queue = createCloudTasksQueue({
  ...place,
  serviceAccount: values.account,
  workerUrl: values.candidate,
  audience: values.audience,
  dispatchDeadlineMs: attemptMs + GRACE_MS,
});

const operation: Unfinished = {
  id: newOperationId(created_at),
  tenant_id: TENANT,
  request_id: `deployment-${BUILD_ID}`,
  endpoint: 'proofread',
  status: 'queued',
  input: proofreadInput.parse({ text: SENTENCE }),
  created_at,
  updated_at: created_at,
  expire_at: created_at + RETENTION_MS,
  due_at: endUntil + GRACE_MS,
  // The first attempt is the last: the worker makes the task of another attempt for its service, where the former revision serves.
  attempts: Number(settings['_WORKER_MAX_ATTEMPTS']) - 1,
  generation: 0,
};

let recorded = false;
const ending = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.once(name, () => ending.abort(new Error('ended by a signal')));

try {
  const state = await queueState();
  if (state === 'RUNNING') tell(await analyse());
  else console.log(`NOT ASKED: a proofread of the candidate worker, because the queue is ${state}`);
} catch (error) {
  process.exitCode = 1;
  console.error(`FAILED: the candidate worker proofreads: ${(error as Error).message}`);
  if (recorded) console.error(`Its log: jsonPayload.operation_id="${operation.id}"`);
} finally {
  await Promise.all([queue.close(), store.close()]);
}

async function queueState(): Promise<string> {
  const client = await openClient(place);
  try {
    const name = client.queuePath(place.project, place.location, place.queue);
    const [{ state }] = await client.getQueue({ name });
    return String(state);
  } finally {
    await client.close();
  }
}

async function analyse(): Promise<Finished> {
  try {
    await untilBegun(() => store.create(operation));
    recorded = true;
    await untilBegun(() => queue.enqueue({ operation_id: operation.id, generation: 0, created_at }));
    return await finished();
  } finally {
    await erase().catch((error: Error) => {
      process.exitCode = 1;
      console.error(`FAILED: operation ${operation.id} is left for an hour: ${error.message}`);
    });
  }
}

/** Repeats what fails: it may be for a role that is too new. */
async function untilBegun<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (Date.now() + pauseMs >= beginUntil) throw error;
      await sleep(pauseMs, undefined, { signal: ending.signal });
    }
  }
}

async function finished(): Promise<Finished> {
  for (;;) {
    ending.signal.throwIfAborted();
    const found = (await store.read(operation.id))?.operation;
    if (found === undefined) throw new Error('somebody erased the operation');
    if (found.generation > 0) throw new Error('it would try again, where the former revision serves');
    if (isFinished(found)) return found;
    if (Date.now() >= endUntil) throw new Error(`still ${found.status}`);
    await sleep(pauseMs, undefined, { signal: ending.signal });
  }
}

/** The worker may write in between. */
async function erase(): Promise<void> {
  for (let tries = 0; tries < 10; tries += 1) {
    const stored = await store.read(operation.id);
    if (stored === undefined || (await store.erase(operation.id, stored.version))) return;
  }
  throw new Error('somebody else kept writing it');
}

function tell(ended: Finished): void {
  if (ended.status === 'failed') throw new Error(`${ended.error.code} by ${model}: ${ended.error.message}`);
  if (ended.status === 'cancelled') throw new Error('somebody cancelled the operation');
  const by = `${ended.provider} (${ended.model})`;
  // Only PROVIDER_FALLBACK lets the rules answer for the model: whoever sets it wants to deploy also while the model is away.
  if (ended.provider === 'rules' && settings['_GEMINI_ACCESS'] !== 'none')
    console.log(
      `NOT PROVEN: that the candidate worker reaches ${model}: ${by} answered, as PROVIDER_FALLBACK says`,
    );
  else console.log(`ok: the candidate worker proofreads, by ${by}`);
}
