import { turnOperationId } from '../record/ids.ts';
import type { Operation } from '../record/record.ts';
import type { OperationStore } from '../store/port.ts';

/** What a key stands for, or under which id its next request may make something new. */
export type Standing =
  | { readonly kind: 'stands'; readonly operation: Operation }
  | { readonly kind: 'free'; readonly id: string };

/**
 * What the key stands for whose first operation is `first`. An operation that failed for the provider's account stays
 * what it is, but says nothing about the request: it lets go of its key, and the next request with it is a new operation
 * under an id of its own. However often that happened, the last is found by a logarithm of reads.
 */
export async function standingOf(store: Pick<OperationStore, 'read'>, first: Operation): Promise<Standing> {
  let latest = first;
  let turn = 0;
  for (let step = 1; letsGoOfItsKey(latest); ) {
    const later = await store.read(turnOperationId(first, turn + step));
    if (later !== undefined) {
      latest = later.operation;
      turn += step;
      step *= 2;
    } else if (step > 1) step = 1;
    else return { kind: 'free', id: turnOperationId(first, turn + 1) };
  }
  return { kind: 'stands', operation: latest };
}

const letsGoOfItsKey = (op: Operation): boolean =>
  op.fingerprint !== undefined && op.status === 'failed' && op.error.code === 'provider-config-missing';
