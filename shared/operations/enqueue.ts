import type { Unfinished } from './record.ts';
import type { Services } from './services.ts';

/**
 * Hands a recorded operation to the queue. Does not reject: the record carries the time from which the sweep takes
 * it up, so an operation that was not enqueued is late, not lost. Doing it twice makes one task.
 */
export async function enqueue(
  { queue, log }: Pick<Services, 'queue' | 'log'>,
  { id, generation, created_at, traceparent, tenant_id, endpoint }: Unfinished,
  delay_ms = 0,
): Promise<void> {
  try {
    await queue.enqueue({
      operation_id: id,
      generation,
      created_at,
      traceparent,
      ...(delay_ms > 0 && { delay_ms }),
    });
  } catch (error) {
    log.warn({ err: error, operation_id: id, tenant_id, endpoint, outcome: 'left-to-sweep' }, 'enqueue');
  }
}
