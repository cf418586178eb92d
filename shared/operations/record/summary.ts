import * as z from 'zod';
import { failure, instant, type Operation, STATUSES } from './record.ts';

const schema = z.object({
  id: z.uuid(),
  tenant_id: z.string().min(1),
  request_id: z.string().min(1),
  endpoint: z.string().min(1),
  status: z.enum(STATUSES),
  created_at: instant,
  updated_at: instant,
  expire_at: instant,
  completed_at: instant.optional(),
  progress: z.number().optional(),
  provider: z.string().optional(),
  model: z.string().optional(),
  latency_ms: z.int().min(0).optional(),
  error: failure.optional(),
});

/**
 * What a list reads of an operation: some hundred bytes instead of a record of up to hundreds of kilobytes. Stores keep it
 * beside the record and write both at once.
 */
export type Summary = z.infer<typeof schema>;

export const summarySchema: z.ZodType<Summary> = schema;

const FIELDS = Object.keys(schema.shape) as readonly (keyof Summary)[];

export function summaryOf(operation: Operation): Summary {
  const fields: Summary = operation;
  return Object.fromEntries(
    FIELDS.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]])),
  ) as Summary;
}
