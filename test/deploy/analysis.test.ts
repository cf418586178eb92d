import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { isFinished } from '../../shared/operations/record/record.ts';
import { COMPILE_CACHE } from '../support/compile-cache.ts';
import { noFirestoreEmulator } from '../support/firestore-emulator.ts';
import { type CandidateWorker, startCandidateWorker } from './candidate-worker.ts';
import { root } from './scripts.ts';

const TENANT = 'deployment-check';
const CANDIDATE = 'https://candidate---worker-123456789012.asia-south1.run.app';
const NOBODY = 'https://nobody.run.app';

const eventually = (what: () => unknown) => vi.waitFor(what, { timeout: 150_000, interval: 10 });

const running = new Set<ChildProcess>();
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** Runs the script; `ended` resolves to how it ended. */
function analyse({ env }: CandidateWorker, more: Record<string, string> = {}) {
  const child = spawn('bash', ['scripts/deploy/analysis.sh'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...COMPILE_CACHE, PATH: process.env['PATH'], ...env, ...more },
  });
  running.add(child);
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return {
    kill: (signal: 'SIGTERM' | 'SIGKILL') => child.kill(signal),
    ended: ended.then(([output, errors, [code]]) => ({ code, output: output + errors })),
  };
}

const left = async ({ store }: CandidateWorker) =>
  (await store.list({ tenant_id: TENANT, page_size: 10 })).operations;
/** The operation of a script that runs, once it is recorded. */
async function recorded({ store }: CandidateWorker) {
  const found = () => store.due(Number.MAX_SAFE_INTEGER, 1);
  await eventually(async () => expect(await found()).toHaveLength(1));
  const operation = (await found())[0]?.operation;
  if (operation === undefined || isFinished(operation)) throw new Error('it has ended');
  return operation;
}

describe.skipIf(noFirestoreEmulator).concurrent('a proofread by the candidate worker', () => {
  it('succeeds and leaves nothing, also after a deployment that was killed', async () => {
    await using worker = await startCandidateWorker();
    const killed = analyse(worker, { CANDIDATE: NOBODY });
    const { id } = await recorded(worker);
    await eventually(() => expect(worker.dispatched).toContain(`${NOBODY}/tasks/run`));
    killed.kill('SIGKILL');
    await killed.ended;
    const { code, output } = await analyse(worker).ended;
    expect({ code, output }).toEqual({
      code: 0,
      output: 'ok: the candidate worker proofreads, by gemini (gemini-3.8-flash)\n',
    });
    expect(worker.gemini.calls).toHaveLength(1);
    expect(new Set(worker.dispatched)).toEqual(new Set([`${NOBODY}/tasks/run`, `${CANDIDATE}/tasks/run`]));
    expect((await left(worker)).map((one) => one.id)).toEqual([id]);
  });

  it('fails with the code and the provider where the provider refuses, and leaves nothing', async () => {
    await using worker = await startCandidateWorker();
    worker.gemini.respondWith(() => ({ error: 400, reason: 'API_KEY_INVALID' }));
    const { code, output } = await analyse(worker).ended;
    expect(output).toContain(
      'FAILED: the candidate worker proofreads: provider-config-missing by gemini (key: gemini-3.8-flash,gemini-3.5-flash-lite): The language model is not set up.',
    );
    expect([code, await left(worker)]).toEqual([1, []]);
  });

  it('fails at its first attempt where the provider is away, and leaves none to the revision that serves', async () => {
    await using worker = await startCandidateWorker();
    worker.gemini.respondWith(() => ({ error: 503 }));
    const first = await analyse(worker).ended;
    expect(first.output).toContain('provider-unavailable by gemini');
    expect(worker.dispatched).toEqual([`${CANDIDATE}/tasks/run`]);
    // Another worker than the settings say: it has one attempt more.
    const second = await analyse(worker, { _WORKER_MAX_ATTEMPTS: '4' }).ended;
    expect(second.output).toContain('it would try again, where the former revision serves');
    expect([first.code, second.code, await left(worker)]).toEqual([1, 1, []]);
  });

  it('is not asked for while the queue is paused', async () => {
    await using worker = await startCandidateWorker();
    worker.tasks.pause();
    const { code, output } = await analyse(worker).ended;
    expect(output).toBe('NOT ASKED: a proofread of the candidate worker, because the queue is PAUSED\n');
    expect([code, await left(worker)]).toEqual([0, []]);
  });

  it('proves nothing where the rules answer for the model', async () => {
    await using worker = await startCandidateWorker({ PROVIDER_FALLBACK: 'rules' });
    worker.gemini.respondWith(() => ({ error: 503 }));
    const { code, output } = await analyse(worker).ended;
    expect(output).toMatch(/^NOT PROVEN: .* gemini .*: rules \(rules-\d+\) answered/);
    expect([code, await left(worker)]).toEqual([0, []]);
  });

  it('is left alone by the sweep, fails where nobody takes it, and leaves nothing when it is ended', async () => {
    await using worker = await startCandidateWorker();
    const ended = analyse(worker, { CANDIDATE: NOBODY });
    const { due_at, created_at, expire_at } = await recorded(worker);
    // 180 s to begin, 240 s for the attempt.
    expect(due_at - created_at).toBeGreaterThan(420_000);
    expect(expire_at - created_at).toBeGreaterThan(due_at - created_at);
    ended.kill('SIGTERM');
    expect((await ended.ended).code).toBe(1);
    expect(await left(worker)).toEqual([]);
    const short = { CANDIDATE: NOBODY, BEGIN_WITHIN: '0.1', _WORKER_ATTEMPT_TIMEOUT_MS: '200' };
    const { code, output } = await analyse(worker, short).ended;
    expect(output).toContain('FAILED: the candidate worker proofreads: still queued');
    expect([code, await left(worker)]).toEqual([1, []]);
  });
});
