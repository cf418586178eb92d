import type { Log } from '../../log.ts';
import { traceFields } from '../../trace.ts';
import type { Operation } from '../record/record.ts';
import type { Services } from '../services.ts';

/** The log of one attempt: every line names the operation and belongs to the trace of the request that made it. */
export const attemptLog = (
  { log, project }: Pick<Services, 'log' | 'project'>,
  { id, request_id, tenant_id, endpoint, traceparent }: Operation,
  attempt: number,
): Log =>
  log.child({
    request_id,
    operation_id: id,
    tenant_id,
    endpoint,
    attempt,
    ...(traceparent !== undefined && traceFields(traceparent, project)),
  });
