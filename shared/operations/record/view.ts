import * as z from 'zod';
import { createIsoTime } from '../../iso-time.ts';
import { type Operation, STATUSES } from './record.ts';
import type { Summary } from './summary.ts';

const time = z.iso.datetime({ precision: 3 });

/** What a client sees of an operation. Times are ISO 8601 UTC with milliseconds; absent fields are left out. */
export const operationView = z.strictObject({
  operation_id: z.uuid(),
  request_id: z.string(),
  tenant_id: z.string(),
  endpoint: z.string(),
  status: z.enum(STATUSES),
  created_at: time,
  updated_at: time,
  completed_at: time.optional(),
  progress: z.number().min(0).max(1).optional(),
  provider: z.string().optional(),
  model: z.string().optional(),
  latency_ms: z.int().min(0).optional(),
  result: z.unknown().optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});

export type OperationView = z.infer<typeof operationView>;

/**
 * Projects the record to the response. A field that neither this nor the schema of the kind's result names never leaves.
 * @throws {z.ZodError} the record holds another kind of result
 */
export function view(op: Operation, result: z.ZodType): OperationView {
  return {
    ...viewWithoutResult(op),
    ...(op.status === 'succeeded' && { result: result.parse(op.result) }),
  };
}

/** The view that a list shows. */
export function viewWithoutResult(op: Summary): Omit<OperationView, 'result'> {
  return {
    operation_id: op.id,
    request_id: op.request_id,
    tenant_id: op.tenant_id,
    endpoint: op.endpoint,
    status: op.status,
    created_at: iso(op.created_at),
    updated_at: iso(op.updated_at),
    ...(op.completed_at !== undefined && { completed_at: iso(op.completed_at) }),
    ...(op.progress !== undefined && { progress: op.progress }),
    ...(op.provider !== undefined && { provider: op.provider }),
    ...(op.model !== undefined && { model: op.model }),
    ...(op.latency_ms !== undefined && { latency_ms: op.latency_ms }),
    ...(op.error !== undefined && { error: op.error }),
  };
}

/** The path at which the operation is polled. */
export const pollUrl = (id: string): string => `/v1/operations/${id}`;

const iso = createIsoTime();
