import { describe, expect, it } from 'vitest';
import type { DispatchLog } from '../../local/cloud-tasks/dispatcher.ts';
import { type TaskQueue, taskName } from '../../shared/queue/port.ts';
import { type Answering, type RecordingWorker, recordingWorker } from '../support/recording-worker.ts';

/** How the adapter under test, and the queue behind it where there is one, is to be set up. */
export interface QueueSetup {
  /** What the queue's deliveries are to come to, in whatever way. */
  readonly handle: RecordingWorker['handle'];
  readonly concurrency: number;
  readonly minBackoffMs: number;
  readonly maxBackoffMs: number;
  /** Is told of each dispatch that failed, when the queue has heard the answer. */
  readonly log: DispatchLog;
}

export interface QueueUnderTest {
  readonly queue: TaskQueue;
  /** Resolves when no task is left. */
  idle(): Promise<void>;
  /** Ends what stands behind the adapter; the adapter is closed by the suite. */
  stop(): Promise<void>;
}

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** The promises of `TaskQueue`, held against a worker that really is called. */
export const queueSuite = (name: string, create: (setup: QueueSetup) => Promise<QueueUnderTest>): void => {
  const withQueue = async (
    answer: Answering | undefined,
    test: (under: QueueUnderTest & { worker: RecordingWorker }) => Promise<void>,
    setup: Partial<QueueSetup> = {},
  ): Promise<void> => {
    const worker = recordingWorker(answer);
    const log = { info: () => undefined, warn: () => undefined };
    const defaults = { handle: worker.handle, concurrency: 4, minBackoffMs: 10, maxBackoffMs: 80, log };
    const under = await create({ ...defaults, ...setup });
    try {
      await test({ ...under, worker });
    } finally {
      await under.queue.close();
      await under.stop();
    }
  };

  describe(`task queue: ${name}`, () => {
    it('delivers what operation it is about, under the task’s name', () =>
      withQueue(undefined, async ({ queue, worker, idle }) => {
        await queue.enqueue({ operation_id: id(1), generation: 3 });
        await idle();
        const task = taskName({ operation_id: id(1), generation: 3 });
        expect(worker.received).toMatchObject([
          { operation_id: id(1), task, retries: 0, refusedBefore: false },
        ]);
      }));

    it('makes one task of an operation and generation enqueued many times at once', () =>
      withQueue(undefined, async ({ queue, worker, idle }) => {
        const task = { operation_id: id(4), generation: 0 };
        await Promise.all(Array.from({ length: 20 }, () => queue.enqueue(task)));
        await idle();
        expect(worker.received).toHaveLength(1);
      }));

    it('takes a name that was delivered before for done, and the next generation for new', () =>
      withQueue(undefined, async ({ queue, worker, idle }) => {
        await queue.enqueue({ operation_id: id(5), generation: 0 });
        await idle();
        await queue.enqueue({ operation_id: id(5), generation: 0 });
        await queue.enqueue({ operation_id: id(5), generation: 1 });
        await idle();
        const names = worker.received.map(({ task }) => task);
        expect(names).toEqual([0, 1].map((generation) => taskName({ operation_id: id(5), generation })));
      }));

    it('delivers again until 2xx, counting the retries and telling of a refusal', () =>
      withQueue(
        (_, index) => [500, 409, 302, 201][index] ?? 0,
        async ({ queue, worker, idle }) => {
          await queue.enqueue({ operation_id: id(6), generation: 0 });
          await idle();
          expect(worker.received.map(({ retries }) => retries)).toEqual([0, 1, 2, 3]);
          const refused = worker.received.map(({ refusedBefore }) => refusedBefore);
          expect(refused).toEqual([false, false, true, false]);
          expect(new Set(worker.received.map(({ task }) => task)).size).toBe(1);
        },
      ));

    it('waits longer before each retry, up to the longest', () =>
      withQueue(
        (_, index) => (index < 4 ? 500 : 204),
        async ({ queue, worker, idle }) => {
          await queue.enqueue({ operation_id: id(7), generation: 0 });
          await idle();
          const gaps = worker.received.slice(1).map(({ at }, n) => at - (worker.received[n]?.at ?? 0));
          for (const [n, least] of [20, 40, 80, 80].entries())
            expect(gaps[n]).toBeGreaterThanOrEqual(least - 2);
        },
        { minBackoffMs: 20, maxBackoffMs: 80 },
      ));

    it('delivers again after the worker went away without an answer', () =>
      withQueue(
        (_, index) => (index > 0 ? 204 : 'gone'),
        async ({ queue, worker, idle }) => {
          await queue.enqueue({ operation_id: id(8), generation: 0 });
          await idle();
          expect(worker.received).toMatchObject([{ retries: 0 }, { retries: 1, refusedBefore: false }]);
        },
      ));

    it('never has more dispatches under way than its limit, and uses the limit', async () => {
      const held = Promise.withResolvers<number>();
      await withQueue(
        () => held.promise,
        async ({ queue, worker, idle }) => {
          const tasks = Array.from({ length: 12 }, (_, n) => ({ operation_id: id(100 + n), generation: 0 }));
          await Promise.all(tasks.map((task) => queue.enqueue(task)));
          await worker.arrival(3);
          await new Promise((resolve) => setTimeout(resolve, 50));
          expect(worker.load.now).toBe(3);
          held.resolve(204);
          await idle();
          expect(worker.received).toHaveLength(12);
          expect(worker.load.most).toBe(3);
        },
        { concurrency: 3 },
      );
    });

    it('delivers no sooner than the delay asked for', () =>
      withQueue(undefined, async ({ queue, worker, idle }) => {
        const start = performance.now();
        await queue.enqueue({ operation_id: id(9), generation: 0, delay_ms: 100 });
        await idle();
        expect((worker.received[0]?.at ?? 0) - start).toBeGreaterThanOrEqual(98);
      }));

    it('delivers others while a task waits', () =>
      withQueue(undefined, async ({ queue, worker }) => {
        await queue.enqueue({ operation_id: id(9), generation: 0, delay_ms: 3_600_000 });
        await queue.enqueue({ operation_id: id(10), generation: 0 });
        expect((await worker.arrival(1)).operation_id).toBe(id(10));
      }));

    it.each([429, 503])('slows the whole queue on %d, and waits as long as Retry-After says', (status) => {
      const heard = Promise.withResolvers<void>();
      return withQueue(
        (_, index) => (index === 0 ? { status, retryAfterS: 1 } : 204),
        async ({ queue, worker, idle }) => {
          await queue.enqueue({ operation_id: id(11), generation: 0 });
          const first = await worker.arrival(1);
          await heard.promise;
          await queue.enqueue({ operation_id: id(12), generation: 0 });
          await idle();
          const other = worker.received.find(({ operation_id }) => operation_id === id(12));
          const again = worker.received.find(({ retries }) => retries === 1);
          expect((other?.at ?? 0) - first.at).toBeGreaterThanOrEqual(148);
          expect((again?.at ?? 0) - first.at).toBeGreaterThanOrEqual(995);
        },
        { maxBackoffMs: 150, log: { info: () => heard.resolve(), warn: () => undefined } },
      );
    });

    it('enqueues nothing once aborted or closed, and says so', () =>
      withQueue(undefined, async ({ queue, worker }) => {
        const task = { operation_id: id(13), generation: 0 };
        const aborted = queue.enqueue(task, AbortSignal.abort());
        await expect(aborted).rejects.toMatchObject({ name: 'QueueUnavailable' });
        await queue.close();
        await expect(queue.enqueue(task)).rejects.toMatchObject({ name: 'QueueUnavailable' });
        expect(worker.received).toHaveLength(0);
      }));
  });
};
