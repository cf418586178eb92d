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
 * Creates the record: of all requests with one key, one gets `reserved`. A record past its retention gives way.
 * @throws {Problem} `idempotency-key-reused`: the id was taken by another body
 */
export async function reserve({ store, now }: Services, draft: Unfinished): Promise<Reservation> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const created = await store.create(draft);
    if (created !== undefined) return { kind: 'reserved', operation: draft, version: created };
    const existing = await store.read(draft.id);
    if (existing === undefined) continue;
    if (existing.operation.expire_at > now()) return taken(existing.operation, draft);
    // Another generation, so that the queue does not take the new task for the old one.
    const operation = { ...draft, generation: existing.operation.generation + 1 };
    const version = await store.update(operation, existing.version);
    if (version !== undefined) return { kind: 'reserved', operation, version };
  }
  throw new StoreUnavailable('the record kept appearing and disappearing');
}

function taken(operation: Operation, draft: Unfinished): Reservation {
  if (operation.fingerprint === draft.fingerprint) return { kind: 'taken', operation };
  throw new Problem('idempotency-key-reused', 'This Idempotency-Key was used with another body.');
}
