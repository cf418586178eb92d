import type { Status } from '../../record/record.ts';
import type { ListQuery } from '../port.ts';
import { UNFINISHED } from './schema.ts';

/** Takes the tenant, where to go on from (`created_at`, `id`), the time, and `endpoints`. */
export interface ListStatement {
  readonly sql: string;
  readonly endpoints: readonly string[];
}

const FINISHED = ['succeeded', 'failed', 'cancelled'] as const satisfies Status[];
const NO_ENDPOINT = '';

/**
 * The statement for a list, newest first. Each part is a range of one index, already in order, and parts are merged: no
 * row is passed over that the list does not have, however many a tenant has stored. Only the unfinished are searched for a
 * status or an endpoint, as a tenant has no more of them than its quota.
 * @param endpointsOf what the tenant has of a status, as each has a range of its own
 */
export function listStatement(
  { status, endpoint }: Pick<ListQuery, 'status' | 'endpoint'>,
  endpointsOf: (status: Status) => readonly string[],
): ListStatement {
  const given = endpoint === undefined ? [] : [endpoint];
  const ofGiven = given.map(() => 'endpoint = ?5');
  if (status === 'queued' || status === 'running')
    return statement([part('unfinished', UNFINISHED, `status = '${status}'`, ...ofGiven)], given);
  if (status !== undefined) {
    const found = endpoint === undefined ? endpointsOf(status) : given;
    const endpoints = found.length === 0 ? [NO_ENDPOINT] : found;
    return statement(
      endpoints.map((_, n) => ofKind(status, n)),
      endpoints,
    );
  }
  const unfinished = part('unfinished', UNFINISHED, ...ofGiven);
  if (endpoint === undefined)
    return statement([unfinished, part('finished_by_tenant', 'due_at IS NULL')], given);
  return statement([unfinished, ...FINISHED.map((one) => ofKind(one, 0))], given);
}

/** The endpoints of which a tenant has finished operations of a status, by a step of the index for each. */
export const ENDPOINTS_OF_STATUS = `
  WITH RECURSIVE found (endpoint) AS (
    SELECT min(endpoint) FROM operations INDEXED BY finished_by_kind
      WHERE due_at IS NULL AND tenant_id = ?1 AND status = ?2
    UNION ALL
    SELECT (
      SELECT min(endpoint) FROM operations INDEXED BY finished_by_kind
        WHERE due_at IS NULL AND tenant_id = ?1 AND status = ?2 AND endpoint > found.endpoint
    ) FROM found WHERE endpoint IS NOT NULL
  )
  SELECT endpoint FROM found WHERE endpoint IS NOT NULL`;

const statement = (parts: readonly string[], endpoints: readonly string[]): ListStatement => ({
  sql: `${parts.join(' UNION ALL ')} ORDER BY created_at DESC, id DESC`,
  endpoints,
});

const ofKind = (status: Status, n: number): string =>
  part('finished_by_kind', 'due_at IS NULL', `status = '${status}'`, `endpoint = ?${5 + n}`);

const part = (index: string, ...conditions: readonly string[]): string => `
  SELECT id, summary, created_at FROM operations INDEXED BY ${index}
  WHERE tenant_id = ?1 AND ${conditions.join(' AND ')} AND (created_at, id) < (?2, ?3) AND expire_at > ?4`;
