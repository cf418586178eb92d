import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '../../shared/log.ts';
import type { Services } from '../../shared/operations/services.ts';
import { createFirestoreStore } from '../../shared/operations/stores/firestore.ts';
import { sweep } from '../../shared/operations/sweep.ts';
import { createCloudTasksQueue } from '../../shared/queue/cloud-tasks.ts';
import { createQuota } from '../../shared/quota/quota.ts';
import { type Client, clientOf } from '../e2e/client.ts';
import { createIssuer } from '../e2e/tenants.ts';
import { firestoreEmulator, newProject, noFirestoreEmulator } from '../support/firestore-emulator.ts';
import { type FunctionProcesses, startFunctionProcesses } from '../support/function-processes.ts';
import { type GeminiStandIn, startGeminiStandIn } from '../support/gemini-stand-in.ts';
import { createScriptedProvider } from '../support/scripted-provider.ts';

const BODY = { text: 'அந்தப் பையன் வந்தான்.' };
const ASYNC = { prefer: 'respond-async' };
const SOUND = { answer: { issues: [] } };
const HANGS = { hang: true } as const;
const SYNC_MS = 5000;
const ATTEMPT_MS = 60_000;
const MAX_ATTEMPTS = 3;

describe.skipIf(noFirestoreEmulator)('processes that are killed or frozen', { timeout: 60_000 }, () => {
  let gemini: GeminiStandIn;
  let functions: FunctionProcesses;
  let client: Client;
  let services: Services;
  let ahead = 0;
  beforeAll(async () => {
    const issuer = await createIssuer();
    const emulatorHost = await firestoreEmulator();
    const project = newProject();
    gemini = await startGeminiStandIn();
    functions = await startFunctionProcesses({
      emulatorHost,
      project,
      env: {
        ...issuer.env,
        GEMINI_API_KEY: 'test-key',
        GEMINI_BASE_URL: gemini.url,
        GEMINI_MODELS: 'gemini-3.8-flash',
        SYNC_TIMEOUT_MS: String(SYNC_MS),
        WORKER_ATTEMPT_TIMEOUT_MS: String(ATTEMPT_MS),
        WORKER_MAX_ATTEMPTS: String(MAX_ATTEMPTS),
      },
      tasks: { maxDeadlineMs: 3000 },
    });
    client = clientOf(functions.url, await issuer.token('school-1'));
    // Each process has loaded what it needs before something is killed.
    await client.finished((await client.accepted('/v1/proofread', BODY, ASYNC)).body.operation_id, 30_000);
    const now = () => Date.now() + ahead;
    const { env, standIn } = functions;
    const store = createFirestoreStore({ projectId: project, emulatorHost, now });
    services = {
      store,
      quota: createQuota({ requestsPerMinute: 1000, unfinishedOperations: 1000 }, store),
      queue: createCloudTasksQueue({
        project,
        location: env['TASKS_LOCATION'] ?? '',
        queue: env['TASKS_QUEUE'] ?? '',
        serviceAccount: env['TASKS_SERVICE_ACCOUNT'] ?? '',
        workerUrl: env['WORKER_URL'] ?? '',
        dispatchDeadlineMs: ATTEMPT_MS,
        emulatorHost: standIn.host,
      }),
      provider: createScriptedProvider(),
      log: createLog({ level: 'silent', service: 'test' }),
      project: undefined,
      now,
      limits: {
        syncTextThreshold: 1200,
        syncTimeoutMs: SYNC_MS,
        attemptTimeoutMs: ATTEMPT_MS,
        maxAttempts: MAX_ATTEMPTS,
        maxAgeMs: 3_600_000,
        ttlDays: 30,
      },
    };
  }, 60_000);
  afterEach(() => {
    gemini.respondWith(() => SOUND);
  });
  afterAll(async () => {
    await services?.queue.close();
    await services?.store.close();
    await functions?.[Symbol.asyncDispose]();
    await gemini?.close();
  });

  /** A sweep that comes this much later. */
  const sweepAfter = async (ms: number) => {
    ahead = ms;
    const swept = await sweep(services, { budgetMs: 5000 });
    ahead = 0;
    return swept;
  };
  const calls = async (n: number) => {
    for (let tries = 0; gemini.calls.length < n; tries += 1) {
      if (tries > 500) throw new Error(`${gemini.calls.length} calls of ${n}`);
      await sleep(20);
    }
  };
  const attemptsOf = async (id: string) => (await services.store.read(id))?.operation.attempts;

  it('a worker killed in mid-attempt: redelivered, taken over at once, the second attempt ends it', async () => {
    const before = gemini.calls.length;
    gemini.respondWith(() => HANGS);
    const { body } = await client.accepted('/v1/proofread', BODY, ASYNC);
    await calls(before + 1);
    await functions.kill('worker');
    expect((await client.get(`/v1/operations/${body.operation_id}`)).body.status).toBe('running');
    gemini.respondWith(() => SOUND);
    await functions.start('worker');
    const finished = await client.finished(body.operation_id, 30_000);
    expect(finished.body.status).toBe('succeeded');
    expect(await attemptsOf(body.operation_id)).toBe(2);
    expect(gemini.calls).toHaveLength(before + 2);
  });

  it('a worker killed, and its task lost with it: the sweep gives it another when the lease has ended, not before', async () => {
    const before = gemini.calls.length;
    gemini.respondWith(() => HANGS);
    const { body } = await client.accepted('/v1/proofread', BODY, ASYNC);
    await calls(before + 1);
    functions.standIn.tasks.purge();
    await functions.kill('worker');
    gemini.respondWith(() => SOUND);
    await functions.start('worker');
    expect(await sweepAfter(ATTEMPT_MS)).toMatchObject({ requeued: 0 });
    expect(await sweepAfter(ATTEMPT_MS + 31_000)).toMatchObject({ requeued: 1 });
    expect((await client.finished(body.operation_id, 30_000)).body.status).toBe('succeeded');
    expect(await attemptsOf(body.operation_id)).toBe(2);
  });

  it('a worker killed at every attempt: failed by our own limit', async () => {
    const before = gemini.calls.length;
    gemini.respondWith(() => HANGS);
    const { body } = await client.accepted('/v1/proofread', BODY, ASYNC);
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      await calls(before + attempt);
      await functions.kill('worker');
      await functions.start('worker');
    }
    const finished = await client.finished(body.operation_id, 30_000);
    expect(finished.body).toMatchObject({ status: 'failed', error: { code: 'attempts-exhausted' } });
    expect(gemini.calls).toHaveLength(before + MAX_ATTEMPTS);
  });

  it('a worker frozen past its dispatch: another finishes, and what it writes when it wakes is refused', async () => {
    const before = gemini.calls.length;
    gemini.respondWith((_, index) => ({ ...SOUND, delayMs: index === before ? 2000 : 0 }));
    const { body } = await client.accepted('/v1/proofread', BODY, ASYNC);
    await calls(before + 1);
    const wake = await functions.freezeWorker();
    const finished = await client.finished(body.operation_id, 30_000);
    expect(finished.body.status).toBe('succeeded');
    const record = await services.store.read(body.operation_id);
    wake();
    await sleep(500);
    expect(await services.store.read(body.operation_id)).toEqual(record);
  });

  it('submit killed between create and enqueue: finished by the sweep, once', async () => {
    const before = gemini.calls.length;
    functions.standIn.faults.next('refuse', 1000, 503);
    const key = { 'idempotency-key': randomUUID(), ...ASYNC };
    const lost = client.post('/v1/proofread', BODY, key).catch(() => 'no answer');
    const id = await recorded();
    await functions.kill('submit');
    expect(await lost).not.toMatchObject({ status: 202 });
    functions.standIn.faults.next('refuse', 0);
    await functions.start('submit');
    expect(await sweepAfter(31_000)).toMatchObject({ requeued: 1 });
    expect((await client.finished(id, 30_000)).body.status).toBe('succeeded');
    const again = await client.post('/v1/proofread', BODY, key);
    expect([again.status, again.body.operation_id]).toEqual([200, id]);
    expect(gemini.calls).toHaveLength(before + 1);
  });

  it('submit killed in a synchronous window: the key says in progress, then the queue’s, never a second operation', async () => {
    const before = gemini.calls.length;
    gemini.respondWith(() => HANGS);
    const key = { 'idempotency-key': randomUUID() };
    const lost = client.post('/v1/proofread', BODY, key).catch(() => 'no answer');
    await calls(before + 1);
    const id = await recorded();
    await functions.kill('submit');
    expect(await lost).not.toMatchObject({ status: 200 });
    await functions.start('submit');
    gemini.respondWith(() => SOUND);
    const early = await client.post('/v1/proofread', BODY, key);
    expect([early.status, early.body.code]).toEqual([409, 'idempotency-in-progress']);
    expect(Number(early.headers.get('retry-after'))).toBeLessThanOrEqual((SYNC_MS + 10_000) / 1000);
    expect((await client.get(`/v1/operations/${id}`)).body.status).toBe('queued');
    expect(await sweepAfter(SYNC_MS + 11_000)).toMatchObject({ requeued: 1 });
    expect((await client.finished(id, 30_000)).body.status).toBe('succeeded');
    const again = await client.post('/v1/proofread', BODY, key);
    expect([again.status, again.body.operation_id]).toEqual([200, id]);
    expect(gemini.calls).toHaveLength(before + 2);
  });

  /** The one operation that is unfinished and new. */
  const recorded = async (): Promise<string> => {
    for (let tries = 0; tries < 250; tries += 1) {
      const { body } = await client.get('/v1/operations?status=queued');
      if (body.operations.length === 1) return body.operations[0].operation_id;
      await sleep(20);
    }
    throw new Error('nothing was recorded');
  };
});
