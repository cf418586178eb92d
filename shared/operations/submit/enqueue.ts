import type { Operation, Unfinished } from '../record/record.ts';
import type { Services } from '../services.ts';

/**
 * Hands a recorded operation to the queue, for when it is to be worked on. Does not reject: the record carries the time
 * from which the sweep takes it up, so an operation that was not enqueued is late, not lost. Doing it twice makes one task.
 */
export async function enqueue(
  { queue, log, now }: Pick<Services, 'queue' | 'log' | 'now'>,
  { id, generation, created_at, resume_at = 0, traceparent, tenant_id, endpoint }: Unfinished,
  signal?: AbortSignal,
): Promise<void> {
  try {
    const delay_ms = resume_at - now();
    const task = { operation_id: id, generation, created_at, traceparent, ...(delay_ms > 0 && { delay_ms }) };
    await queue.enqueue(task, signal);
  } catch (error) {
    log.warn({ err: error, operation_id: id, tenant_id, endpoint, outcome: 'left-to-sweep' }, 'enqueue');
  }
}

/** By then a request has put its operation in the queue, as a rule; if not yet, theirs is one task. */
const ENQUEUED_WITHIN_MS = 4000;
/** What a replay waits for the queue: the operation is recorded, and the sweep will come. */
const BUDGET_MS = 1000;

/**
 * Enqueues what was recorded for the queue and has not been touched since. Its request may have been told that the store
 * is away, and end there; when its client asks again, this spares it the wait for the sweep.
 */
export async function enqueueForgotten(
  services: Pick<Services, 'queue' | 'log' | 'now'>,
  operation: Operation,
): Promise<void> {
  const { created_at, updated_at } = operation;
  if (operation.status !== 'queued' || operation.lease !== undefined || updated_at !== created_at) return;
  if (services.now() - created_at < ENQUEUED_WITHIN_MS) return;
  await enqueue(services, operation, AbortSignal.timeout(BUDGET_MS));
}
