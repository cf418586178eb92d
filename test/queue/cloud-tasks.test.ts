import { spawn } from 'node:child_process';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type CloudTasksOptions, createCloudTasksQueue } from '../../shared/queue/cloud-tasks/queue.ts';
import { taskName } from '../../shared/queue/port.ts';
import { LOCATION, PROJECT, QUEUE, startStandIn } from '../support/cloud-tasks-stand-in.ts';
import { ownClock } from '../support/own-clock.ts';
import { startTaskWorker } from '../support/task-worker.ts';

const task = { operation_id: '00000000-0000-4000-8000-000000000001', generation: 2 };
const parent = `projects/${PROJECT}/locations/${LOCATION}/queues/${QUEUE}`;

const queueAt = (host: string, options: Partial<CloudTasksOptions> = {}) =>
  createCloudTasksQueue({
    project: PROJECT,
    location: LOCATION,
    queue: QUEUE,
    serviceAccount: 'tasks@test-project.iam.gserviceaccount.com',
    workerUrl: 'http://127.0.0.1:1',
    dispatchDeadlineMs: 250_000,
    emulatorHost: host,
    // A busy machine may stand for longer than what holds where none is set.
    budgetMs: 60_000,
    ...options,
  });

/** A server that takes the place of the API itself. */
const startApi = async (...args: Parameters<typeof startTaskWorker>) => {
  const api = await startTaskWorker(...args);
  return { ...api, host: new URL(api.url).host };
};

const elapsed = async (promise: Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await promise.catch(() => undefined);
  return performance.now() - start;
};

/** Less than the budget that holds where none is set, 3 s. */
const UNLIKE_DEFAULT_MS = 2900;

describe('Cloud Tasks adapter', () => {
  it('asks for the task that the REST reference describes', async () => {
    await using api = await startApi((_, __, response) => void response.end('{}'));
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const queue = queueAt(api.host, { workerUrl: 'https://worker.example/' });
    await queue.warm?.();
    const before = Date.now();
    await queue.enqueue({ ...task, traceparent, delay_ms: 2500 });
    const after = Date.now();
    const [request] = api.received;
    expect(request?.method).toBe('POST');
    expect(request?.path.split('?')[0]).toBe(`/v2/${parent}/tasks`);
    const { task: sent } = JSON.parse(request?.body ?? '');
    expect(sent).toEqual({
      name: `${parent}/tasks/${taskName(task)}`,
      httpRequest: {
        url: 'https://worker.example/tasks/run',
        httpMethod: expect.toBeOneOf(['POST', 1]),
        headers: { 'Content-Type': 'application/json', traceparent },
        body: Buffer.from(JSON.stringify({ operation_id: task.operation_id })).toString('base64'),
        oidcToken: {
          serviceAccountEmail: 'tasks@test-project.iam.gserviceaccount.com',
          audience: 'https://worker.example',
        },
      },
      dispatchDeadline: '250s',
      scheduleTime: expect.any(String),
    });
    const scheduled = Date.parse(sent.scheduleTime) - 2500;
    expect(scheduled).toBeGreaterThanOrEqual(before - 1);
    expect(scheduled).toBeLessThanOrEqual(after + 1);
    await queue.close();
  });

  it.each([
    [1, '15s'],
    [15_500, '15.500s'],
    [3_600_000, '1800s'],
  ])(
    'brings a dispatch deadline of %d ms within what is allowed: %s',
    async (dispatchDeadlineMs, expected) => {
      await using api = await startApi((_, __, response) => void response.end('{}'));
      const queue = queueAt(api.host, { dispatchDeadlineMs });
      await queue.enqueue(task);
      expect(JSON.parse(api.received[0]?.body ?? '').task.dispatchDeadline).toBe(expected);
      await queue.close();
    },
  );

  it.each([429, 503] as const)('tries again on %d, and the task is made once', async (status) => {
    await using worker = await startTaskWorker();
    await using standIn = await startStandIn();
    const queue = queueAt(standIn.host, { workerUrl: worker.url });
    standIn.faults.next('refuse', 2, status);
    await queue.enqueue(task);
    await standIn.tasks.idle();
    expect(standIn.faults.count.refuse).toBe(2);
    expect(worker.received).toHaveLength(1);
    await queue.close();
  });

  it.each([
    [499, 'CANCELLED'],
    [500, 'INTERNAL'],
    [504, 'DEADLINE_EXCEEDED'],
  ])('tries again on %d %s', async (status) => {
    let asked = 0;
    await using api = await startApi((_, __, response) => {
      asked += 1;
      return asked === 1 ? status : void response.end('{}');
    });
    const queue = queueAt(api.host);
    await queue.enqueue(task);
    expect(api.received).toHaveLength(2);
    await queue.close();
  });

  it.each(['cutAnswer', 'noAnswer'] as const)(
    'takes a create whose answer was lost for done: %s',
    async (fault) => {
      using _clock = ownClock();
      await using worker = await startTaskWorker();
      await using standIn = await startStandIn();
      const queue = queueAt(standIn.host, { workerUrl: worker.url, budgetMs: 3000 });
      await queue.warm?.();
      standIn.faults.next(fault);
      await queue.enqueue(task);
      await standIn.tasks.idle();
      expect(standIn.faults.count[fault]).toBe(1);
      expect(worker.received).toHaveLength(1);
      await queue.close();
    },
  );

  it('gives up when its budget is spent, with the last answer as cause', async () => {
    await using api = await startApi(() => 503);
    const queue = queueAt(api.host, { budgetMs: 600 });
    using _clock = ownClock();
    await queue.warm?.();
    const enqueuing = queue.enqueue(task);
    const took = elapsed(enqueuing);
    await expect(enqueuing).rejects.toMatchObject({
      name: 'QueueUnavailable',
      message: expect.stringContaining('UNAVAILABLE'),
      cause: { code: 14 },
    });
    expect(await took).toBeGreaterThan(250);
    expect(await took).toBeLessThan(UNLIKE_DEFAULT_MS);
    expect(api.received.length).toBeGreaterThanOrEqual(2);
    await queue.close();
  });

  it('gives up when its budget is spent without any answer', async () => {
    await using api = await startApi(() => undefined);
    const queue = queueAt(api.host, { budgetMs: 300 });
    using _clock = ownClock();
    await queue.warm?.();
    const enqueuing = queue.enqueue(task);
    const took = elapsed(enqueuing);
    await expect(enqueuing).rejects.toMatchObject({ name: 'QueueUnavailable' });
    expect(await took).toBeLessThan(UNLIKE_DEFAULT_MS);
    await queue.close();
  });

  it.each([
    [403, 'PERMISSION_DENIED', 7],
    [404, 'NOT_FOUND', 5],
    [400, 'INVALID_ARGUMENT', 3],
  ])('does not try again on %d %s', async (code, status, grpc) => {
    await using api = await startApi((_, __, response) => {
      response.writeHead(code, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ error: { code, status, message: 'no' } }));
      return undefined;
    });
    const queue = queueAt(api.host);
    await expect(queue.enqueue(task)).rejects.toMatchObject({
      name: 'QueueUnavailable',
      message: expect.stringContaining(status),
      cause: { code: grpc },
    });
    expect(api.received).toHaveLength(1);
    await queue.close();
  });

  it('is unavailable where nothing listens', async () => {
    const api = await startApi();
    await api[Symbol.asyncDispose]();
    const queue = queueAt(api.host, { budgetMs: 300 });
    await expect(queue.enqueue(task)).rejects.toMatchObject({ name: 'QueueUnavailable' });
    await queue.close();
  });

  it('stops at once when aborted, while asking and while waiting to ask again', async () => {
    for (const answer of [() => undefined, () => 503]) {
      await using api = await startApi(answer);
      const queue = queueAt(api.host, { budgetMs: 20_000 });
      await queue.warm?.();
      const abort = new AbortController();
      const enqueuing = queue.enqueue(task, abort.signal);
      enqueuing.catch(() => undefined);
      await api.arrival(1);
      await new Promise((resolve) => setTimeout(resolve, 20));
      const took = elapsed(enqueuing);
      abort.abort();
      await expect(enqueuing).rejects.toMatchObject({ name: 'QueueUnavailable' });
      expect(await took).toBeLessThan(10_000);
      const asked = api.received.length;
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(api.received).toHaveLength(asked);
      await queue.close();
    }
  });

  const run = async (script: string, env: Record<string, string>) => {
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
      env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    const code = await new Promise((resolve) => child.on('close', resolve));
    return { output, code };
  };

  const script = (emulatorHost: string) => `
    import { createCloudTasksQueue } from './shared/queue/cloud-tasks/queue.ts';
    const queue = createCloudTasksQueue({
      project: '${PROJECT}', location: '${LOCATION}', queue: '${QUEUE}', serviceAccount: 'a@b.example',
      workerUrl: 'http://127.0.0.1:1', dispatchDeadlineMs: 60_000, budgetMs: 60_000, ${emulatorHost}
    });
    await queue.warm?.();
    const ask = () => queue.enqueue({ operation_id: 'x', generation: 0 }).then(() => 'made', (error) => error.name);
    console.log(await ask(), await ask());
    await queue.close();
  `;

  it('looks for no credentials with a stand-in, and lets the process end', async () => {
    await using metadata = await startTaskWorker(() => 404);
    await using api = await startApi((_, __, response) => void response.end('{}'));
    const env = { GCE_METADATA_HOST: new URL(metadata.url).host };
    const { output, code } = await run(script(`emulatorHost: '${api.host}'`), env);
    expect({ output, code }).toEqual({ output: 'made made\n', code: 0 });
    expect(api.received[0]?.headers).not.toHaveProperty('authorization');
    expect(metadata.received).toHaveLength(0);
  });

  it('has its credentials before there is a task, once it is warm', async () => {
    await using metadata = await startApi((_, __, response) => {
      response.setHeader('Metadata-Flavor', 'Google').setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ access_token: 'a-token', expires_in: 3600, token_type: 'Bearer' }));
    });
    const warmOnly = script('').replace(/console\.log.*/, '');
    const env = { GCE_METADATA_HOST: metadata.host, METADATA_SERVER_DETECTION: 'assume-present' };
    const { output, code } = await run(warmOnly, { ...env, GOOGLE_CLOUD_PROJECT: PROJECT });
    expect({ output, code }).toEqual({ output: '', code: 0 });
    expect(metadata.received.map(({ path }) => path)).toContainEqual(expect.stringContaining('/token'));
  });

  it('is unavailable, and does not end the process, without credentials', async () => {
    const { output, code } = await run(script(''), { METADATA_SERVER_DETECTION: 'none' });
    expect({ output, code }).toEqual({ output: 'QueueUnavailable QueueUnavailable\n', code: 0 });
  });
});

describe('a retry of the Cloud Tasks adapter', () => {
  it('waits twice as long as the one before, from a tenth of a second on', async () => {
    await using api = await startApi((_, index, response) => {
      if (index < 3) return 503;
      response.end('{}');
      return undefined;
    });
    const queue = queueAt(api.host, { budgetMs: 20_000 });
    await queue.enqueue(task);
    const gaps = api.received.slice(1).map(({ at }, n) => at - (api.received[n]?.at ?? 0));
    expect(gaps).toHaveLength(3);
    for (const [n, least] of [100, 200, 400].entries()) expect(gaps[n]).toBeGreaterThanOrEqual(least - 2);
    await queue.close();
  });
});

describe('a task that is to wait', () => {
  it.each([
    [1, '2026-01-01T00:00:00.124Z'],
    [876, '2026-01-01T00:00:00.999Z'],
    [877, '2026-01-01T00:00:01Z'],
    [2500, '2026-01-01T00:00:02.623Z'],
  ])('for %i ms is scheduled for %s', async (delay_ms, scheduled) => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 1, 0, 0, 0, 123) });
    onTestFinished(() => void vi.useRealTimers());
    await using api = await startApi((_, __, response) => void response.end('{}'));
    const queue = queueAt(api.host);
    await queue.enqueue({ ...task, delay_ms });
    const { scheduleTime } = JSON.parse(api.received[0]?.body ?? '').task;
    expect(new Date(scheduleTime)).toEqual(new Date(scheduled));
    await queue.close();
  });
});
