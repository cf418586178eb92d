import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FirestoreEmulator, startFirestoreEmulator } from '../../local/emulated/firestore-emulator.ts';
import { createLocalScheduler } from '../../local/emulated/scheduler.ts';
import { type Client, clientOf, type Reply } from '../e2e/client.ts';
import { launchScript } from '../e2e/launch.ts';
import { createIssuer, type Issuer } from '../e2e/tenants.ts';
import { COMPILE_CACHE } from '../support/compile-cache.ts';
import { newProject, noFirestoreEmulator } from '../support/firestore-emulator.ts';
import { freeze, wake } from '../support/freeze.ts';
import { type FunctionProcesses, startFunctionProcesses } from '../support/function-processes.ts';
import { type GeminiStandIn, startGeminiStandIn } from '../support/gemini-stand-in.ts';

const BODY = { text: 'அந்தப் பையன் வந்தான்.' };
const ASYNC = { prefer: 'respond-async' };
const SOUND = () => ({ answer: { issues: [] } });
const HANGS = () => ({ hang: true }) as const;
type Script = Parameters<GeminiStandIn['respondWith']>[0];
/** Of one process's files, in blocks of 512 bytes: a disk that is soon full. */
const SMALL_DISK = 400;
const noPrlimit = spawnSync('prlimit', ['--version']).status !== 0;

describe('everything at once', { timeout: 300_000 }, () => {
  let issuer: Issuer;
  const directory = mkdtempSync(join(tmpdir(), 'restarts-'));
  beforeAll(async () => {
    issuer = await createIssuer();
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  /** What a test has started, ended with it in reverse. */
  const begin = async () => {
    const stack = new AsyncDisposableStack();
    const gemini = stack.adopt(await startGeminiStandIn(), (one) => one.close());
    return { stack, gemini };
  };
  type Begun = Awaited<ReturnType<typeof begin>>;
  const env = ({ gemini }: Begun) => ({
    ...COMPILE_CACHE,
    ...issuer.env,
    GEMINI_API_KEY: 'test-key',
    GEMINI_BASE_URL: gemini.url,
    GEMINI_MODELS: 'gemini-3.8-flash',
    SQLITE_PATH: join(directory, `${randomUUID()}.db`),
  });
  const launch = async ({ stack }: Begun, settings: Record<string, string>, diskBlocks?: number) =>
    stack.adopt(await launchScript('local/start/start.ts', settings, diskBlocks), (one) => one.kill());
  const deploy = async (begun: Begun, emulatorHost: string): Promise<FunctionProcesses> =>
    begun.stack.use(await startFunctionProcesses({ emulatorHost, project: newProject(), env: env(begun) }));
  const client = async (url: string): Promise<Client> => clientOf(url, await issuer.token('school-1'));

  /** Ten asynchronous operations and a synchronous one with a key, all before their provider's answer. */
  const inFlight = async ({ gemini }: Begun, of: Client, script: Script = HANGS) => {
    const before = gemini.calls.length;
    gemini.respondWith(script);
    const accepted = await Promise.all(
      Array.from({ length: 10 }, () => of.accepted('/v1/proofread', BODY, ASYNC)),
    );
    expect(accepted.map(({ status }) => status)).toEqual(accepted.map(() => 202));
    const key = { 'idempotency-key': randomUUID() };
    const lost = of.post('/v1/proofread', BODY, key).catch(() => undefined);
    // Eight are delivered at once.
    for (let tries = 0; gemini.calls.length < before + 9 && tries < 3000; tries += 1) await sleep(20);
    expect(gemini.calls.length - before).toBeGreaterThanOrEqual(9);
    return { ids: accepted.map(({ body }) => body.operation_id as string), key, lost };
  };
  const allSucceed = async (of: Client, ids: readonly string[]) => {
    const replies = await Promise.all(ids.map((id) => of.finished(id)));
    expect(replies.map(({ body }) => body.status)).toEqual(ids.map(() => 'succeeded'));
  };

  it.concurrent.each(['SIGTERM', 'SIGKILL'] as const)(
    'npm start ended by %s in mid-flight: the next start finishes what was accepted',
    async (signal) => {
      const begun = await begin();
      const { gemini } = begun;
      await using _ = begun.stack;
      const settings = env(begun);
      const first = await launch(begun, settings);
      const { ids, key, lost } = await inFlight(begun, await client(first.url));
      await (signal === 'SIGKILL' ? first.kill() : first.stop('SIGTERM'));
      await lost;
      gemini.respondWith(SOUND);
      const second = await launch(begun, settings);
      const of = await client(second.url);
      await allSucceed(of, ids);
      const again = await of.post('/v1/proofread', BODY, key);
      expect([200, 202]).toContain(again.status);
      expect((await of.finished(again.body.operation_id)).body.status).toBe('succeeded');
      expect((await of.get('/v1/operations')).body.operations).toHaveLength(ids.length + 1);
    },
  );

  it.concurrent('a full disk under npm start: problems, nothing lost that was accepted, and all well when there is space', async (context) => {
    if (noPrlimit) context.skip('there is no prlimit (util-linux) to give the disk its space back');
    const begun = await begin();
    await using _ = begun.stack;
    const { url, ...running } = await launch(begun, { ...env(begun), SYNC_TIMEOUT_MS: '3000' }, SMALL_DISK);
    const of = await client(url);
    const text = 'அந்தப் பையன் வந்தான். '.repeat(300);
    const replies: Reply[] = [];
    while (replies.length < 200 && replies.filter(({ status }) => status === 503).length < 10) {
      replies.push(await of.post('/v1/proofread', { text }, { 'idempotency-key': `k-${replies.length}` }));
    }
    const refused = replies.filter(({ status }) => status !== 202);
    expect(refused.length).toBeGreaterThanOrEqual(10);
    for (const { status, headers, body } of refused) {
      expect([status, body.code]).toEqual([503, 'store-unavailable']);
      expect(headers.get('content-type')).toContain('application/problem+json');
      expect(headers.get('retry-after')).toMatch(/^\d+$/);
      expect(JSON.stringify(body)).not.toMatch(/sqlite|disk/i);
    }
    const accepted = replies.filter(({ status }) => status === 202).map(({ body }) => body.operation_id);
    expect(accepted.length).toBeGreaterThan(0);
    for (const id of accepted) expect((await of.get(`/v1/operations/${id}`)).status).toBe(200);
    // A short one may fit, or only its first record may, without its result. Either way it is there and finishes.
    const short = await of.post('/v1/proofread', BODY);
    if (short.status === 200) await allSucceed(of, [short.body.operation_id]);
    else if (short.status === 202) accepted.push(short.body.operation_id);
    else expect([short.status, short.body.code]).toEqual([503, 'store-unavailable']);

    spawnSync('prlimit', ['--pid', String(running.pid), '--fsize=unlimited']);
    await allSucceed(of, accepted);
    const again = await Promise.all(
      replies.map((_, index) => of.post('/v1/proofread', { text }, { 'idempotency-key': `k-${index}` })),
    );
    await allSucceed(
      of,
      again.map(({ body }) => body.operation_id),
    );
    expect(new Set(again.map(({ body }) => body.operation_id)).size).toBe(replies.length);
  });

  describe.skipIf(noFirestoreEmulator)('deployed', () => {
    it('Firestore frozen for 10 s, then gone and back empty: problems, no wrong state, recovery without hands', async (context) => {
      const begun = await begin();
      const { gemini } = begun;
      await using _ = begun.stack;
      let emulator: FirestoreEmulator = await startFirestoreEmulator();
      begun.stack.defer(() => emulator.stop());
      const { pid, host } = emulator;
      if (pid === undefined) return context.skip('somebody else runs the Firestore emulator');
      const functions = await deploy(begun, host);
      // It finds what a busy machine had no time to enqueue.
      const scheduler = createLocalScheduler({
        deliverTo: () => functions.env['WORKER_URL'] ?? '',
        sign: functions.standIn.identity.sign,
        everyMs: 5000,
      });
      begun.stack.defer(() => scheduler.close());
      const of = await client(functions.url);
      // The first call of a process loads what makes it, and a synchronous one has a window for that.
      const first = await of.accepted('/v1/proofread', BODY);
      expect([200, 202]).toContain(first.status);
      await allSucceed(of, [first.body.operation_id]);
      // What is paid for comes while nobody can write it down.
      const frozen = Promise.withResolvers<void>();
      const { ids } = await inFlight(begun, of, async () => {
        await frozen.promise;
        return { ...SOUND(), delayMs: 3000 };
      });

      await freeze(pid);
      frozen.resolve();
      const end = Date.now() + 10_000;
      const replies = await Promise.all([
        of.get(`/v1/operations/${ids[0]}`),
        of.post('/v1/proofread', BODY),
        of.post('/v1/proofread', BODY, ASYNC),
        of.post(`/v1/operations/${ids[1]}/cancel`),
        of.get('/v1/operations'),
        of.get('/v1/ready'),
      ]);
      for (const { status, headers, body } of replies) {
        expect([status, body.code]).toEqual([503, 'store-unavailable']);
        expect(headers.get('retry-after')).toMatch(/^\d+$/);
        expect(JSON.stringify(body)).not.toMatch(/firestore|grpc|deadline/i);
      }
      expect((await of.get('/v1/health')).status).toBe(200);
      await sleep(Math.max(0, end - Date.now()));
      wake(pid);
      const statuses = await Promise.all(ids.map(async (id) => (await of.finished(id)).body.status));
      // The frozen store took the cancellation that it was sent, or it did not: either is one terminal state.
      expect(statuses.toSpliced(1, 1)).toEqual(Array.from({ length: 9 }, () => 'succeeded'));
      expect(['succeeded', 'cancelled']).toContain(statuses[1]);

      expect(functions.output()).not.toContain('"attempt":2');
      gemini.respondWith(SOUND);

      const before = await of.accepted('/v1/proofread', BODY, ASYNC);
      await of.finished(before.body.operation_id);
      await emulator.stop();
      expect((await of.post('/v1/proofread', BODY)).status).toBe(503);
      emulator = await startFirestoreEmulator({ port: Number(host.split(':')[1]) });
      const after = await of.accepted('/v1/proofread', BODY, ASYNC);
      expect(after.status).toBe(202);
      await allSucceed(of, [after.body.operation_id]);
      expect((await of.get(`/v1/operations/${before.body.operation_id}`)).status).toBe(404);
      await functions.standIn.tasks.idle();
    });
  });
});
