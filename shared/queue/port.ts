import { createHash } from 'node:crypto';

/** A task: everything that the worker gets. */
export interface TaskBody {
  readonly operation_id: string;
}

export interface Task extends TaskBody {
  /** The operation's generation. With the id it makes the task's name. */
  readonly generation: number;
  /** When the operation was created. It tells apart two operations that had the same id, one after the other's retention. */
  readonly created_at?: number;
  /** The task is delivered at the earliest so many milliseconds from now. */
  readonly delay_ms?: number;
  /** W3C trace context. The delivery carries it as a header. */
  readonly traceparent?: string | undefined;
}

/**
 * Delivers each task to the worker at least once. Enqueuing the same operation and generation twice makes one task, and
 * succeeds both times.
 */
export interface TaskQueue {
  /** @throws {QueueUnavailable} the task may or may not exist; the sweep makes another if needed */
  enqueue(task: Task, signal?: AbortSignal): Promise<void>;
  /** Begins to load what `enqueue` needs. Never rejects; `enqueue` reports faults. */
  warm?(): Promise<void>;
  close(): Promise<void>;
}

export class QueueUnavailable extends Error {
  override readonly name = 'QueueUnavailable';
}

/** The short name of a task. It is a hash, because sequential names make Cloud Tasks slow; the generation stays readable. */
export const taskName = ({
  operation_id,
  generation,
  created_at,
}: Pick<Task, 'operation_id' | 'generation' | 'created_at'>): string =>
  `${createHash('sha256')
    .update(`${operation_id}${created_at ?? ''}`)
    .digest('hex')
    .slice(0, 40)}-${generation}`;
