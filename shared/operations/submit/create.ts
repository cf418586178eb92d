import { Problem } from '../../errors.ts';
import type { Place } from '../../quota/unfinished.ts';
import type { LockRule } from '../kind.ts';
import type { Operation, Unfinished } from '../record/record.ts';
import type { Services } from '../services.ts';
import { type Stored, StoreUnavailable } from '../store/port.ts';
import { standingOf } from './key-turns.ts';
import { takeLock } from './take-lock.ts';

/** The record that was created. */
export interface Created extends Stored<Unfinished> {
  readonly kind: 'created';
}

/** The operation that the key's first request has made. */
export interface Existing {
  readonly kind: 'existing';
  readonly operation: Operation;
}

const TRIES = 5;

/**
 * Creates the record: of all requests with one key, one gets `created`. To the store a record past its retention is
 * none. Where the key has been let go (`standingOf`), the record has another id than the draft.
 * @throws {Problem} `idempotency-key-reused`: the id was taken by another body
 */
export async function create(
  { store }: Pick<Services, 'store'>,
  draft: Unfinished,
): Promise<Created | Existing> {
  let { id } = draft;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const operation = { ...draft, id };
    const version = await store.create(operation);
    if (version !== undefined) return { kind: 'created', operation, version };
    const standing = await standingFor({ store }, draft);
    // It has come to its retention's end since: the next try may have the id.
    if (standing?.kind === 'stands') return { kind: 'existing', operation: standing.operation };
    id = standing?.id ?? draft.id;
  }
  throw new StoreUnavailable('the record kept appearing and disappearing');
}

/**
 * Creates the record of the one unfinished operation that may hold the lock. What its key has made already is answered in
 * any case.
 * @throws {Problem} another operation holds the lock, and as `create` does
 */
export async function createWithLock(
  services: Pick<Services, 'store' | 'now' | 'limits'>,
  draft: Unfinished,
  rule: LockRule,
): Promise<Created | Existing> {
  const existing = draft.fingerprint === undefined ? undefined : await services.store.read(draft.id);
  if (existing !== undefined) return existingFor(existing.operation, draft);
  const lock = await takeLock(services, rule, draft);
  lock.check();
  return create(services, draft);
}

/**
 * Creates one more operation of the queue: a tenant may have so many unfinished ones and no more. What its key has made
 * already is answered in any case. Nothing is written before there is a place for it, so that a refusal leaves nothing
 * behind.
 * @throws {Problem} `rate-limited`, and as `create` and `createWithLock` do
 */
export async function createWithinQuota(
  services: Pick<Services, 'store' | 'quota' | 'now' | 'limits'>,
  draft: Unfinished,
  rule: LockRule | undefined,
): Promise<Created | Existing> {
  const place = await services.quota.unfinished.take(draft.tenant_id);
  if (place === undefined) return existingOrRefuse(services, draft);
  return inPlace(place, rule === undefined ? create(services, draft) : createWithLock(services, draft, rule));
}

/** What may be worked on while its client waits, and its record, which exists where a key asks for it. */
export interface Admitted {
  readonly kind: 'admitted';
  readonly place: Place;
  readonly stored: Stored<Unfinished> | undefined;
}

/**
 * Creates what a synchronous window needs: a record where there is a key, and a place in the quota for as long as the
 * window is open, since the queue takes over what is not finished in it.
 * @throws {Problem} `rate-limited`, and as `create` does
 */
export async function createForSyncWindow(
  services: Pick<Services, 'store' | 'quota'>,
  draft: Unfinished,
): Promise<Admitted | Existing> {
  const keyed = draft.fingerprint !== undefined;
  const place = await services.quota.unfinished.take(draft.tenant_id, { lasting: !keyed });
  if (place === undefined) return existingOrRefuse(services, draft);
  if (!keyed) return { kind: 'admitted', place, stored: undefined };
  const created = await inPlace(place, create(services, draft));
  return created.kind === 'existing' ? created : { kind: 'admitted', place, stored: created };
}

/** What is refused was not recorded. Where the store does not answer nobody knows. */
async function inPlace(place: Place, creating: Promise<Created | Existing>): Promise<Created | Existing> {
  try {
    const created = await creating;
    if (created.kind === 'existing') place.free();
    return created;
  } catch (error) {
    if (error instanceof Problem) place.free();
    throw error;
  } finally {
    place.recorded();
  }
}

/** @throws {Problem} `rate-limited`: its key has made nothing yet, so it would be one too many */
async function existingOrRefuse(
  { store, quota }: Pick<Services, 'store' | 'quota'>,
  draft: Unfinished,
): Promise<Existing> {
  const standing = draft.fingerprint === undefined ? undefined : await standingFor({ store }, draft);
  if (standing?.kind !== 'stands') throw tooMany(quota.unfinished.limit);
  return { kind: 'existing', operation: standing.operation };
}

/** @throws {Problem} `idempotency-key-reused` */
async function standingFor({ store }: Pick<Services, 'store'>, draft: Unfinished) {
  const first = await store.read(draft.id);
  return first && standingOf(store, existingFor(first.operation, draft).operation);
}

/** @throws {Problem} `idempotency-key-reused` */
function existingFor(operation: Operation, draft: Unfinished): Existing {
  if (operation.fingerprint === draft.fingerprint) return { kind: 'existing', operation };
  throw new Problem('idempotency-key-reused', 'This Idempotency-Key was used with another body.');
}

/** Nobody knows when an operation will finish: soon, as a rule. */
const RETRY_AFTER_S = 5;

const tooMany = (limit: number): Problem =>
  new Problem(
    'rate-limited',
    `A tenant may have ${limit} unfinished operations. Come again when some have finished.`,
    {
      headers: {
        'Retry-After': String(RETRY_AFTER_S),
        'RateLimit-Policy': `"unfinished-operations";q=${limit};qu="operations"`,
        RateLimit: `"unfinished-operations";r=0;t=${RETRY_AFTER_S}`,
      },
    },
  );
