import type { Status } from '../../record/record.ts';
import type { ListQuery } from '../port.ts';
import { UNFINISHED } from './schema.ts';

/** Takes the tenant, where to go on from (`created_at`, `id`), the time, and `endpoints`. */
export interface ListStatement {
  readonly sql: string;
  readonly endpoints: readonly string[];
}

const UNFINISHED_STATUSES: readonly Status[] = ['queued', 'running'];
const FINISHED_STATUSES: readonly Status[] = ['succeeded', 'failed', 'cancelled'];
const NO_ENDPOINT = '';
/** Of the parameters. */
const FIRST_ENDPOINT = 5;

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
  const unfinished = (...conditions: string[]) =>
    part('unfinished', UNFINISHED, ...conditions, ...given.map(() => `endpoint = ?${FIRST_ENDPOINT}`));
  const [open] = UNFINISHED_STATUSES.filter((one) => one === status);
  if (open !== undefined) return statement([unfinished(`status = '${open}'`)], given);
  const [ended] = FINISHED_STATUSES.filter((one) => one === status);
  if (ended !== undefined) {
    const found = endpoint === undefined ? endpointsOf(ended) : given;
    const endpoints = found.length === 0 ? [NO_ENDPOINT] : found;
    return statement(
      endpoints.map((_, n) => ofKind(ended, n)),
      endpoints,
    );
  }
  const finished =
    endpoint === undefined
      ? [part('finished_by_tenant', 'due_at IS NULL')]
      : FINISHED_STATUSES.map((one) => ofKind(one, 0));
  return statement([unfinished(), ...finished], given);
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
  part('finished_by_kind', 'due_at IS NULL', `status = '${status}'`, `endpoint = ?${FIRST_ENDPOINT + n}`);

const part = (index: string, ...conditions: readonly string[]): string => `
  SELECT id, summary, created_at FROM operations INDEXED BY ${index}
  WHERE tenant_id = ?1 AND ${conditions.join(' AND ')} AND (created_at, id) < (?2, ?3) AND expire_at > ?4`;
