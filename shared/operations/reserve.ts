import { Problem } from '../errors.ts';
import type { Operation, Unfinished } from './record.ts';
import type { Services } from './services.ts';
import { type Stored, StoreUnavailable } from './store.ts';

/** The record is ours, or the id's first request has it. */
export type Reservation =
  | ({ readonly kind: 'reserved' } & Stored<Unfinished>)
  | { readonly kind: 'taken'; readonly operation: Operation };

const TRIES = 5;

/**
 * Creates the record: of all requests with one key, one gets `reserved`. To the store a record past its retention is none.
 * @throws {Problem} `idempotency-key-reused`: the id was taken by another body
 */
export async function reserve({ store }: Pick<Services, 'store'>, draft: Unfinished): Promise<Reservation> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const created = await store.create(draft);
    if (created !== undefined) return { kind: 'reserved', operation: draft, version: created };
    const existing = await store.read(draft.id);
    // It has come to its retention's end since: the next try may have the id.
    if (existing === undefined) continue;
    return taken(existing.operation, draft);
  }
  throw new StoreUnavailable('the record kept appearing and disappearing');
}

function taken(operation: Operation, draft: Unfinished): Reservation {
  if (operation.fingerprint === draft.fingerprint) return { kind: 'taken', operation };
  throw new Problem('idempotency-key-reused', 'This Idempotency-Key was used with another body.');
}
