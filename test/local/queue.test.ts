import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLocalQueue, type LocalQueueOptions } from '../../local/queue.ts';
import { startTaskWorker } from '../support/task-worker.ts';

const task = (n: number, generation = 0) => ({
  operation_id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  generation,
});

const queueTo = (deliverTo: () => string, options: Partial<LocalQueueOptions> = {}) =>
  createLocalQueue({
    deliverTo,
    sign: (audience) => Promise.resolve(`token-for-${audience}`),
    minBackoffMs: 5,
    maxBackoffMs: 20,
    ...options,
  });

describe('local queue', () => {
  it('asks for the address at each delivery and takes the URL without its last slash as audience', async () => {
    await using worker = await startTaskWorker();
    let url: string | undefined;
    const queue = queueTo(() => {
      if (url === undefined) throw new Error('not listening yet');
      return url;
    });
    await queue.enqueue(task(1));
    await new Promise((resolve) => setTimeout(resolve, 15));
    expect(queue.size).toBe(1);
    url = `${worker.url}/`;
    await queue.idle();
    expect(queue.size).toBe(0);
    expect(worker.received[0]).toMatchObject({
      path: '/tasks/run',
      headers: { authorization: `Bearer token-for-${worker.url}` },
    });
    await queue.close();
  });

  it('gives a task up after its last attempt', async () => {
    await using worker = await startTaskWorker(() => 500);
    const warnings: object[] = [];
    const log = { info: () => undefined, warn: (fields: object) => void warnings.push(fields) };
    const queue = queueTo(() => worker.url, { maxAttempts: 3, log });
    await queue.enqueue(task(2));
    await queue.idle();
    expect(worker.received).toHaveLength(3);
    expect(warnings).toMatchObject([{ retry: 2, status: 500 }]);
    await queue.close();
  });

  it('breaks a dispatch off at its deadline and delivers again', async () => {
    await using worker = await startTaskWorker((_, index) => (index === 0 ? undefined : 204));
    const queue = queueTo(() => worker.url, { dispatchDeadlineMs: 60 });
    await queue.enqueue(task(3));
    await queue.idle();
    const [first, second] = worker.received;
    expect(first?.aborted).toBe(true);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(60);
    expect(second?.headers['x-cloudtasks-taskretryreason']).toBe('DEADLINE_EXCEEDED');
    await queue.close();
  });

  it('counts a dispatch whose headers cannot be sent as failed, and goes on with the others', async () => {
    await using worker = await startTaskWorker();
    const queue = queueTo(() => worker.url, { maxAttempts: 2 });
    await queue.enqueue({ ...task(4), traceparent: 'not\na header' });
    await queue.enqueue(task(5));
    await queue.idle();
    expect(worker.received.map(({ body }) => JSON.parse(body))).toEqual([
      { operation_id: task(5).operation_id },
    ]);
    await queue.close();
  });

  it('aborts what is in flight when closed, and delivers nothing afterwards', async () => {
    await using worker = await startTaskWorker(() => undefined);
    const queue = queueTo(() => worker.url, { concurrency: 1 });
    await queue.enqueue(task(6));
    await queue.enqueue(task(7));
    await queue.enqueue({ ...task(8), delay_ms: 20 });
    const first = await worker.arrival(1);
    await queue.close();
    await queue.idle();
    await expect.poll(() => first.aborted).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(worker.received).toHaveLength(1);
    await expect(queue.enqueue(task(9))).rejects.toMatchObject({ name: 'QueueUnavailable' });
  });

  it('leaves no connection open when closed', async () => {
    await using worker = await startTaskWorker();
    const queue = queueTo(() => worker.url);
    await queue.enqueue(task(10));
    await queue.idle();
    expect(await worker.connections()).toBe(1);
    await queue.close();
    await expect.poll(() => worker.connections()).toBe(0);
  });

  it('lets the process end once closed, whatever was waiting', async () => {
    await using worker = await startTaskWorker((_, index) => [204, 503][index]);
    const script = `
      import { createLocalQueue } from './local/queue.ts';
      const queue = createLocalQueue({
        deliverTo: () => '${worker.url}', sign: async () => 'token', concurrency: 2, minBackoffMs: 60_000, maxBackoffMs: 60_000,
      });
      const task = (n) => ({ operation_id: 'operation ' + n, generation: 0 });
      await queue.enqueue(task(1));
      await queue.idle();
      await queue.enqueue(task(2));
      await queue.enqueue({ ...task(3), delay_ms: 3_600_000 });
      await new Promise((resolve) => setTimeout(resolve, 100));
      await queue.enqueue(task(4));
      console.log('waiting', queue.size);
      await queue.close();
    `;
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [output] = await once(child.stdout, 'data');
    const [code, signal] = await once(child, 'exit');
    expect(String(output)).toBe('waiting 3\n');
    expect({ code, signal }).toEqual({ code: 0, signal: null });
  });
});
