import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLocalQueue, type LocalQueueOptions } from '../../../local/start/queue.ts';
import type { Delivery } from '../../../shared/operations/work/work.ts';

const task = (n: number, generation = 0) => ({
  operation_id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  generation,
});

/** A queue to a worker that answers its deliveries as the test says. */
const queueTo = (
  answer: (index: number) => number | Promise<number>,
  options: Partial<LocalQueueOptions> = {},
) => {
  const received: (Delivery & { at: number })[] = [];
  const queue = createLocalQueue({
    run: async (delivery) => {
      received.push({ ...delivery, at: performance.now() });
      return { status: await answer(received.length - 1) };
    },
    minBackoffMs: 5,
    maxBackoffMs: 20,
    ...options,
  });
  onTestFinished(() => queue.close());
  return { queue, received };
};
const never = () => new Promise<number>(() => undefined);

describe('local queue', () => {
  it('gives a task up after its last attempt', async () => {
    const warnings: object[] = [];
    const log = { info: () => undefined, warn: (fields: object) => void warnings.push(fields) };
    const { queue, received } = queueTo(() => 500, { maxAttempts: 3, log });
    await queue.enqueue(task(1));
    await queue.idle();
    expect(received).toHaveLength(3);
    expect(warnings).toMatchObject([{ retry: 2, status: 500 }]);
  });

  it('gives an attempt up at its deadline and makes another, which takes the operation over', async () => {
    const { queue, received } = queueTo((index) => (index === 0 ? never() : 204), { dispatchDeadlineMs: 60 });
    await queue.enqueue(task(2));
    await queue.idle();
    const [first, second] = received;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(58);
    expect(second).toMatchObject({ task: first?.task, dispatch: 1, refusedBefore: false });
  });

  it('begins nothing once closed, and waits for what is under way, but not for ever', async () => {
    const held = Promise.withResolvers<number>();
    const { queue, received } = queueTo(() => held.promise, { concurrency: 1 });
    await queue.enqueue(task(3));
    await queue.enqueue(task(4));
    await queue.enqueue({ ...task(5), delay_ms: 20 });
    const closed = queue.close(60_000);
    await expect(queue.enqueue(task(6))).rejects.toMatchObject({ name: 'QueueUnavailable' });
    expect(await Promise.race([closed.then(() => 'closed'), sleep(40, 'waits')])).toBe('waits');
    held.resolve(204);
    await closed;
    await queue.idle();
    expect(received).toHaveLength(1);

    const hanging = queueTo(never);
    await hanging.queue.enqueue(task(7));
    await hanging.queue.close(30);
  });

  it('lets the process end once closed, whatever was waiting', async () => {
    const script = `
      import { createLocalQueue } from './local/start/queue.ts';
      const answers = [204, 503];
      const queue = createLocalQueue({
        run: async () => ({ status: answers.shift() }), concurrency: 2, minBackoffMs: 60_000, maxBackoffMs: 60_000,
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
