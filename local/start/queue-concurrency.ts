import { z } from 'zod';

const setting = z.coerce.number().int().min(1).max(1000).default(32);

/** How many tasks the local queue or stand-in delivers at once: `LOCAL_QUEUE_CONCURRENCY`, by default 32. */
export function queueConcurrency(env: Readonly<Record<string, string | undefined>> = process.env): number {
  const { success, data } = setting.safeParse(env['LOCAL_QUEUE_CONCURRENCY'] || undefined);
  if (!success) throw new Error('LOCAL_QUEUE_CONCURRENCY must be a whole number from 1 to 1000');
  return data;
}
