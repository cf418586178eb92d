import { turnOperationId } from '../record/ids.ts';
import type { Operation } from '../record/record.ts';
import type { OperationStore } from '../store/port.ts';

/** The operation that a key stands for, or the id under which its next request creates a new one. */
export type Standing =
  | { readonly kind: 'stands'; readonly operation: Operation }
  | { readonly kind: 'free'; readonly id: string };

/**
 * Finds the operation that a key stands for; `first` is the first one it created. An operation that failed because of the
 * provider's account says nothing about the request, so it releases its key: the next request with the key creates a new
 * operation under a derived id. The search for the latest one takes a logarithmic number of reads.
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
