import { HELD } from '../../functions/worker.ts';
import type { Delivery } from '../../shared/operations/work/work.ts';
import { QueueUnavailable, type Task, type TaskQueue, taskName } from '../../shared/queue/port.ts';
import { Dispatcher, type DispatchLog, type LiveTask, type QueuedTask } from '../cloud-tasks/dispatcher.ts';
import type { Outcome } from '../cloud-tasks/outcome.ts';

export interface LocalQueueOptions {
  /** Makes one attempt at an operation. A rejection counts as a worker that went away. */
  readonly run: (delivery: Delivery) => Promise<Outcome>;
  readonly concurrency?: number;
  readonly minBackoffMs?: number;
  readonly maxBackoffMs?: number;
  readonly maxAttempts?: number;
  /** An attempt that takes longer is given up, and another one is made while it may still run. */
  readonly dispatchDeadlineMs?: number;
  readonly now?: () => number;
  readonly log?: DispatchLog;
}

export interface LocalQueue extends TaskQueue {
  /** Resolves when no task is left, or when the queue is closed. */
  idle(): Promise<void>;
  /** Tasks waiting or in delivery. */
  readonly size: number;
  /** Begins no more attempts, and waits up to `graceMs` for those under way. */
  close(graceMs?: number): Promise<void>;
}

interface LocalTask extends QueuedTask {
  readonly operation_id: string;
}

/**
 * The queue of `npm start`. It does what Cloud Tasks does, by calls in the process. If the process ends, the sweep finds the
 * operations again.
 */
export const createLocalQueue = (options: LocalQueueOptions): LocalQueue => {
  const { run, log, now = Date.now, dispatchDeadlineMs = 300_000 } = options;
  const dispatcher = new Dispatcher<LocalTask>({
    queue: {
      name: 'local',
      maxConcurrentDispatches: options.concurrency ?? 8,
      minBackoffMs: options.minBackoffMs ?? 250,
      maxBackoffMs: options.maxBackoffMs ?? 30_000,
      maxAttempts: options.maxAttempts ?? 100,
    },
    dispatch: (live) => within(dispatchDeadlineMs, run(taskRequestOf(live))),
    now,
    log,
  });
  let closed = false;
  return {
    async enqueue(task: Task, signal) {
      if (closed) throw new QueueUnavailable('the local queue is closed');
      if (signal?.aborted) throw new QueueUnavailable('enqueuing was aborted', { cause: signal.reason });
      dispatcher.add({
        name: taskName(task),
        operation_id: task.operation_id,
        scheduleAt: now() + (task.delay_ms ?? 0),
      });
    },
    idle: () => dispatcher.idle(),
    get size() {
      return dispatcher.size;
    },
    async close(graceMs = 0) {
      closed = true;
      await dispatcher.close(graceMs);
    },
  };
};

const taskRequestOf = ({ task, retries, last }: LiveTask<LocalTask>): Delivery => ({
  operation_id: task.operation_id,
  task: task.name,
  dispatch: retries,
  refusedBefore: last?.status === HELD,
});

/** The outcome of a call, or `deadline` if it takes too long; its later outcome is ignored. */
async function within(deadlineMs: number, call: Promise<Outcome>): Promise<Outcome> {
  const { promise: expired, resolve } = Promise.withResolvers<Outcome>();
  const detail = `no answer within ${deadlineMs} ms`;
  const timer = setTimeout(() => resolve({ reason: 'DEADLINE_EXCEEDED', detail }), deadlineMs);
  try {
    return await Promise.race([call, expired]);
  } finally {
    clearTimeout(timer);
  }
}
