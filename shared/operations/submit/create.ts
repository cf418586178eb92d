import { Problem } from '../../errors.ts';
import type { Place } from '../../quota/unfinished.ts';
import type { Operation, Unfinished } from '../record/record.ts';
import type { Services } from '../services.ts';
import { type Stored, StoreUnavailable } from '../store/port.ts';
import { standingOf } from './key-turns.ts';

/** The id's first request has the record. */
export interface Taken {
  readonly kind: 'taken';
  readonly operation: Operation;
}

/** The record is ours, or another's. */
export type Reservation = ({ readonly kind: 'reserved' } & Stored<Unfinished>) | Taken;

const TRIES = 5;

/**
 * Creates the record: of all requests with one key, one gets `reserved`. To the store a record past its retention is
 * none. Where the key has been let go (`standingOf`), the record has another id than the draft.
 * @throws {Problem} `idempotency-key-reused`: the id was taken by another body
 */
export async function reserve({ store }: Pick<Services, 'store'>, draft: Unfinished): Promise<Reservation> {
  let { id } = draft;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const operation = { ...draft, id };
    const created = await store.create(operation);
    if (created !== undefined) return { kind: 'reserved', operation, version: created };
    const standing = await standingFor({ store }, draft);
    // It has come to its retention's end since: the next try may have the id.
    if (standing?.kind === 'stands') return { kind: 'taken', operation: standing.operation };
    id = standing?.id ?? draft.id;
  }
  throw new StoreUnavailable('the record kept appearing and disappearing');
}

/** @throws {Problem} `idempotency-key-reused` */
async function standingFor({ store }: Pick<Services, 'store'>, draft: Unfinished) {
  const first = await store.read(draft.id);
  return first && standingOf(store, taken(first.operation, draft).operation);
}

/**
 * Creates one more operation of the queue: of those a tenant may have so many and no more. What its key has made already it
 * is answered in any case. Nothing is done before there is a place for it, so that a refusal leaves nothing behind.
 * @throws {Problem} `rate-limited`, and as `create` does
 */
export async function reserveWithinQuota(
  services: Pick<Services, 'store' | 'quota'>,
  draft: Unfinished,
  create: () => Promise<Reservation>,
): Promise<Reservation> {
  const place = await services.quota.unfinished.take(draft.tenant_id);
  return place === undefined ? madeBefore(services, draft) : inPlace(place, create);
}

/** What may be worked on while its client waits, and its record, which there is where a key asks for it. */
export interface Admitted {
  readonly kind: 'admitted';
  readonly place: Place;
  readonly stored: Stored<Unfinished> | undefined;
}

/**
 * For an operation that is answered at once if it can be. It has a place all the while, since the queue takes over what is
 * not finished in time.
 * @throws {Problem} `rate-limited`, and as `reserve` does
 */
export async function admitToWindow(
  services: Pick<Services, 'store' | 'quota'>,
  draft: Unfinished,
): Promise<Admitted | Taken> {
  const keyed = draft.fingerprint !== undefined;
  const place = await services.quota.unfinished.take(draft.tenant_id, { lasting: !keyed });
  if (place === undefined) return madeBefore(services, draft);
  if (!keyed) return { kind: 'admitted', place, stored: undefined };
  const reservation = await inPlace(place, () => reserve(services, draft));
  return reservation.kind === 'taken' ? reservation : { kind: 'admitted', place, stored: reservation };
}

/** What is refused was not recorded. Where the store does not answer nobody knows. */
async function inPlace(place: Place, create: () => Promise<Reservation>): Promise<Reservation> {
  try {
    const reservation = await create();
    if (reservation.kind === 'taken') place.free();
    return reservation;
  } catch (error) {
    if (error instanceof Problem) place.free();
    throw error;
  } finally {
    place.recorded();
  }
}

/** What its key has made already; else it is one too many. */
async function madeBefore(
  { store, quota }: Pick<Services, 'store' | 'quota'>,
  draft: Unfinished,
): Promise<Taken> {
  const standing = draft.fingerprint === undefined ? undefined : await standingFor({ store }, draft);
  if (standing?.kind !== 'stands') throw tooMany(quota.unfinished.limit);
  return { kind: 'taken', operation: standing.operation };
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

/** @throws {Problem} `idempotency-key-reused` */
export function taken(operation: Operation, draft: Unfinished): Taken {
  if (operation.fingerprint === draft.fingerprint) return { kind: 'taken', operation };
  throw new Problem('idempotency-key-reused', 'This Idempotency-Key was used with another body.');
}
