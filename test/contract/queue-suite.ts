import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { type TaskQueue, taskName } from '../../shared/queue/task.ts';
import { type Received, startTaskWorker, type TaskWorker } from '../support/task-worker.ts';

/** How the adapter under test, and the queue behind it where there is one, is to be set up. */
export interface QueueSetup {
  readonly workerUrl: string;
  readonly concurrency: number;
  readonly minBackoffMs: number;
  readonly maxBackoffMs: number;
}

export interface QueueUnderTest {
  readonly queue: TaskQueue;
  /** What the token of a delivery is to be verified with. */
  readonly identity: { readonly issuer: string; readonly email: string; readonly jwks: JSONWebKeySet };
  /** Resolves when no task is left. */
  idle(): Promise<void>;
  /** Ends what stands behind the adapter; the adapter is closed by the suite. */
  stop(): Promise<void>;
}

type Answer = Parameters<typeof startTaskWorker>[0];

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const retryCount = (received: Received): number => Number(received.headers['x-cloudtasks-taskretrycount']);
const taskOf = (received: Received): string => String(received.headers['x-cloudtasks-taskname']);

/** The promises of `TaskQueue`, held against a real worker on loopback. */
export const queueSuite = (name: string, create: (setup: QueueSetup) => Promise<QueueUnderTest>): void => {
  const withQueue = async (
    answer: Answer,
    test: (under: QueueUnderTest & { worker: TaskWorker }) => Promise<void>,
    setup: Partial<QueueSetup> = {},
  ): Promise<void> => {
    await using worker = await startTaskWorker(answer);
    const defaults = { workerUrl: worker.url, concurrency: 4, minBackoffMs: 10, maxBackoffMs: 80 };
    const under = await create({ ...defaults, ...setup });
    try {
      await test({ ...under, worker });
    } finally {
      await under.queue.close();
      await under.stop();
    }
  };

  describe(`task queue: ${name}`, () => {
    it('delivers the operation id as a JSON POST to /tasks/run', () =>
      withQueue(undefined, async ({ queue, worker, idle }) => {
        await queue.enqueue({ operation_id: id(1), generation: 0 });
        await idle();
        expect(worker.received).toHaveLength(1);
        expect(worker.received[0]).toMatchObject({ method: 'POST', path: '/tasks/run' });
        expect(worker.received[0]?.headers['content-type']).toBe('application/json');
        expect(JSON.parse(worker.received[0]?.body ?? '')).toEqual({ operation_id: id(1) });
      }));

    it("sends Cloud Tasks' headers and the trace context", () =>
      withQueue(undefined, async ({ queue, worker, idle }) => {
        const before = Date.now() / 1000;
        await queue.enqueue({ operation_id: id(2), generation: 3, traceparent });
        await idle();
        const headers = worker.received[0]?.headers ?? {};
        expect(headers).toMatchObject({
          'user-agent': 'Google-Cloud-Tasks',
          'x-cloudtasks-taskname': taskName({ operation_id: id(2), generation: 3 }),
          'x-cloudtasks-taskretrycount': '0',
          'x-cloudtasks-taskexecutioncount': '0',
          traceparent,
        });
        expect(headers['x-cloudtasks-queuename']).toMatch(/^[\w-]+$/);
        expect(Number(headers['x-cloudtasks-tasketa'])).toBeGreaterThan(before - 2);
        expect(Number(headers['x-cloudtasks-tasketa'])).toBeLessThan(before + 5);
        expect(headers).not.toHaveProperty('x-cloudtasks-taskpreviousresponse');
        expect(headers).not.toHaveProperty('x-cloudtasks-taskretryreason');
      }));

    it("sends a verifiable token of the service account for the worker's URL", () =>
      withQueue(undefined, async ({ queue, worker, idle, identity }) => {
        await queue.enqueue({ operation_id: id(3), generation: 0 });
        await idle();
        const [scheme, token] = String(worker.received[0]?.headers.authorization).split(' ');
        expect(scheme).toBe('Bearer');
        const keys = createLocalJWKSet(identity.jwks);
        const expected = { issuer: identity.issuer, audience: worker.url };
        const { payload } = await jwtVerify(token ?? '', keys, expected);
        expect(payload).toMatchObject({ email: identity.email, email_verified: true });
        expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3600);
        expect(payload.sub).toMatch(/^\d{21}$/);
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
        const names = worker.received.map(taskOf);
        expect(names).toEqual([0, 1].map((generation) => taskName({ operation_id: id(5), generation })));
      }));

    it('delivers again until 2xx, counting the retries and telling of the answer before', () =>
      withQueue(
        (_, index) => [500, 409, 302, 201][index],
        async ({ queue, worker, idle }) => {
          await queue.enqueue({ operation_id: id(6), generation: 0 });
          await idle();
          expect(worker.received.map(retryCount)).toEqual([0, 1, 2, 3]);
          const header = (field: string) => worker.received.map(({ headers }) => headers[field]);
          expect(header('x-cloudtasks-taskpreviousresponse')).toEqual([undefined, '500', '409', '302']);
          expect(header('x-cloudtasks-taskexecutioncount')).toEqual(['0', '0', '1', '2']);
          expect(header('x-cloudtasks-taskretryreason').slice(1)).not.toContain(undefined);
          expect(new Set(worker.received.map(taskOf)).size).toBe(1);
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

    it('delivers again after the worker hung up without an answer', () =>
      withQueue(
        (_, index, response) => {
          if (index > 0) return 204;
          response.destroy();
          return undefined;
        },
        async ({ queue, worker, idle }) => {
          await queue.enqueue({ operation_id: id(8), generation: 0 });
          await idle();
          expect(worker.received.map(retryCount)).toEqual([0, 1]);
          expect(worker.received[1]?.headers).not.toHaveProperty('x-cloudtasks-taskpreviousresponse');
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

    it('delivers no sooner than the delay asked for, and others meanwhile', () =>
      withQueue(undefined, async ({ queue, worker, idle }) => {
        const start = performance.now();
        await queue.enqueue({ operation_id: id(9), generation: 0, delay_ms: 120 });
        await queue.enqueue({ operation_id: id(10), generation: 0 });
        await idle();
        expect(worker.received.map(({ body }) => JSON.parse(body).operation_id)).toEqual([id(10), id(9)]);
        expect((worker.received[1]?.at ?? 0) - start).toBeGreaterThanOrEqual(118);
      }));

    it.each([429, 503])('slows the whole queue on %d, and waits as long as Retry-After says', (status) =>
      withQueue(
        (_, index) => (index === 0 ? { status, headers: { 'Retry-After': '1' } } : 204),
        async ({ queue, worker, idle }) => {
          await queue.enqueue({ operation_id: id(11), generation: 0 });
          const first = await worker.arrival(1);
          await new Promise((resolve) => setTimeout(resolve, 30));
          await queue.enqueue({ operation_id: id(12), generation: 0 });
          await idle();
          const [, other, again] = worker.received;
          expect(taskOf(other as Received)).toBe(taskName({ operation_id: id(12), generation: 0 }));
          expect((other?.at ?? 0) - first.at).toBeGreaterThanOrEqual(148);
          expect((again?.at ?? 0) - first.at).toBeGreaterThanOrEqual(995);
        },
        { maxBackoffMs: 150 },
      ),
    );

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
