import { deliveryOf } from '../shared/queue/delivery.ts';
import { QueueUnavailable, type TaskQueue, taskName } from '../shared/queue/task.ts';
import { createSender } from './dispatch.ts';
import { Dispatcher, type DispatchLog } from './dispatcher.ts';

export interface LocalQueueOptions {
  /** Base URL of the worker function, asked at each delivery. */
  readonly deliverTo: () => string | URL;
  /** Signs the OIDC token of a delivery; the audience is the worker's base URL without a slash at its end. */
  readonly sign: (audience: string) => Promise<string>;
  readonly name?: string;
  readonly concurrency?: number;
  readonly minBackoffMs?: number;
  readonly maxBackoffMs?: number;
  readonly maxAttempts?: number;
  readonly dispatchDeadlineMs?: number;
  readonly now?: () => number;
  readonly log?: DispatchLog;
}

export interface LocalQueue extends TaskQueue {
  /** Resolves when no task is left, or when the queue is closed. */
  idle(): Promise<void>;
  /** Tasks waiting or in delivery. */
  readonly size: number;
}

/**
 * The queue of `npm start`: Cloud Tasks' behaviour without its API, in memory. What it held when the process ended
 * is found again by the sweep.
 */
export const createLocalQueue = (options: LocalQueueOptions): LocalQueue => {
  const { deliverTo, sign, log, now = Date.now, dispatchDeadlineMs = 300_000 } = options;
  const sender = createSender(now);
  const dispatcher = new Dispatcher({
    queue: {
      name: options.name ?? 'local',
      maxConcurrentDispatches: options.concurrency ?? 8,
      minBackoffMs: options.minBackoffMs ?? 250,
      maxBackoffMs: options.maxBackoffMs ?? 30_000,
      maxAttempts: options.maxAttempts ?? 100,
    },
    send: sender.send,
    sign,
    now,
    log,
  });
  let closed = false;
  return {
    async enqueue(task, signal) {
      if (closed) throw new QueueUnavailable('the local queue is closed');
      if (signal?.aborted) throw new QueueUnavailable('enqueuing was aborted', { cause: signal.reason });
      dispatcher.add({
        name: taskName(task),
        request: () => deliveryOf(task, deliverTo()),
        scheduleAt: now() + (task.delay_ms ?? 0),
        deadlineMs: dispatchDeadlineMs,
      });
    },
    idle: () => dispatcher.idle(),
    get size() {
      return dispatcher.size;
    },
    async close() {
      closed = true;
      await dispatcher.close();
      sender.close();
    },
  };
};
