import { Problem } from '../../errors.ts';
import type { Place } from '../../quota/unfinished.ts';
import type { LockRule } from '../kind.ts';
import type { Finished, Operation, Unfinished } from '../record/record.ts';
import type { Services } from '../services.ts';
import { RecordTooLarge, type Stored, StoreUnavailable } from '../store/port.ts';
import { standingOf } from './key-turns.ts';
import { takeLock } from './take-lock.ts';

/** The record that was created. */
export interface Created extends Stored<Unfinished> {
  readonly kind: 'created';
  /** As it was recorded, if the work was done before. */
  readonly finished?: Finished | undefined;
}

/** The operation that an earlier request with the same key created. */
export interface Existing {
  readonly kind: 'existing';
  readonly operation: Operation;
}

const TRIES = 5;

/**
 * Creates the record. Of all requests with one key, exactly one gets `created`. A record past its retention does not count.
 * If the key has been released (`standingOf`), the new record has another id than the draft.
 * @throws {Problem} `idempotency-key-reused`: the key was used with another body
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
    // Its retention has ended since `create` found it, so the next try may get the id.
    if (standing?.kind === 'stands') return { kind: 'existing', operation: standing.operation };
    id = standing?.id ?? draft.id;
  }
  throw new StoreUnavailable('the record kept appearing and disappearing');
}

/**
 * Takes the lock, then creates the record. An operation that the key has created before is returned whoever holds the lock
 * now.
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
 * Creates an operation for the queue if the tenant's quota of unfinished operations allows one more. An operation that the
 * key has created before is returned in any case. The quota is asked before anything is written, so that a refusal leaves
 * nothing behind.
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

/**
 * As `createWithinQuota`, for work that `finish` does before the record is created; `undefined` of it makes a record for the
 * queue.
 * @throws {Problem} `rate-limited`
 */
export async function createFinished(
  services: Pick<Services, 'store' | 'quota'>,
  draft: Unfinished,
  finish: () => Promise<Finished | undefined>,
): Promise<Created | Existing> {
  const place = await services.quota.unfinished.take(draft.tenant_id);
  if (place === undefined) return existingOrRefuse(services, draft);
  const created = await inPlace(place, createAfterWork(services, draft, finish));
  if (created.kind === 'created' && created.finished !== undefined) place.free();
  return created;
}

async function createAfterWork(
  { store }: Pick<Services, 'store'>,
  draft: Unfinished,
  finish: () => Promise<Finished | undefined>,
): Promise<Created | Existing> {
  const finished = await finish();
  const version = finished && (await store.create(finished).catch(unlessTooLarge));
  if (version === undefined) return create({ store }, draft);
  return { kind: 'created', operation: draft, version, finished };
}

/** The queue's attempt fails with a record that says so. */
function unlessTooLarge(error: unknown): undefined {
  if (!(error instanceof RecordTooLarge)) throw error;
}

/** A request that may be worked on while its client waits. It has a record only if it has a key. */
export interface Admitted {
  readonly kind: 'admitted';
  readonly place: Place;
  readonly stored: Stored<Unfinished> | undefined;
}

/**
 * Creates what a synchronous window needs: a place in the quota, and a record if the request has a key. The place is kept
 * while the window is open, because the queue takes over what is not finished in it.
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

/** Settles the place. A refused operation was not recorded; after `StoreUnavailable` it may have been. */
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

/** @throws {Problem} `rate-limited`: the key has created nothing before, so the operation would be one too many */
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

/** An estimate: most operations finish within seconds. */
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
