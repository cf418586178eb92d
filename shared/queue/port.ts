import { createHash } from 'node:crypto';

/** The body of a task: the whole of what the worker is told. */
export interface TaskBody {
  readonly operation_id: string;
}

export interface Task extends TaskBody {
  /** The operation's generation: with the id it makes the task's name. */
  readonly generation: number;
  /** When the operation was made: one that takes its id again after its retention gets tasks of its own. */
  readonly created_at?: number;
  /** Not to be delivered sooner than this many milliseconds from now. */
  readonly delay_ms?: number;
  /** W3C trace context, sent on as a header of the delivery. */
  readonly traceparent?: string | undefined;
}

/**
 * Hands tasks to the worker, at least once each. Enqueuing the same operation and generation twice is one task:
 * that it already exists is success.
 */
export interface TaskQueue {
  /** @throws {QueueUnavailable} it may or may not have been enqueued; the sweep will see to it */
  enqueue(task: Task, signal?: AbortSignal): Promise<void>;
  /** Begins to load what `enqueue` needs. Never rejects: what is wrong shows at `enqueue`. */
  warm?(): Promise<void>;
  close(): Promise<void>;
}

export class QueueUnavailable extends Error {
  override readonly name = 'QueueUnavailable';
}

/** A task's short name. Hashed, because Cloud Tasks slows down on sequential names; the generation stays readable. */
export const taskName = ({
  operation_id,
  generation,
  created_at,
}: Pick<Task, 'operation_id' | 'generation' | 'created_at'>): string =>
  `${createHash('sha256')
    .update(`${operation_id}${created_at ?? ''}`)
    .digest('hex')
    .slice(0, 40)}-${generation}`;
