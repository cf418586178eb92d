import type { Operation, Unfinished } from '../record/record.ts';
import type { Services } from '../services.ts';

/**
 * Enqueues a recorded operation; the record says when its next attempt is due. Never rejects: the sweep finds an operation
 * that was not enqueued, so it is late and not lost. Calling this twice makes one task.
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

/** The first request has normally enqueued by now; a duplicate has the same task name. */
const ENQUEUED_WITHIN_MS = 4000;
/** How long a replay waits for the queue. The sweep enqueues the operation if this fails. */
const BUDGET_MS = 1000;

/**
 * Enqueues an operation that nobody has touched since it was recorded. Its first request may have been answered
 * `store-unavailable` before it enqueued. When the client asks again, this spares it the wait for the sweep.
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
