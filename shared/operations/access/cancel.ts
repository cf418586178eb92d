import { Problem } from '../../errors.ts';
import type { Operation } from '../record/record.ts';
import { isRefusal, transition } from '../record/transitions.ts';
import type { Services } from '../services.ts';
import { StoreUnavailable } from '../store/port.ts';
import { childrenOf } from './children.ts';
import { findOperation } from './find.ts';

const TRIES = 10;

/**
 * Cancels a tenant's operation with its unfinished children. An operation that is cancelled already is returned unchanged.
 * A worker notices at its next look at the record; it cannot write to the record any more.
 * @throws {Problem} `not-found`, `operation-already-finished`
 */
export async function cancel(services: Services, tenant_id: string, id: string): Promise<Operation> {
  const cancelled = await cancelOne(services, tenant_id, id);
  await cancelChildren(services, cancelled);
  return cancelled;
}

/** Cancels the unfinished children of a cancelled operation. */
export async function cancelChildren(services: Services, parent: Operation): Promise<void> {
  await Promise.all(
    childrenOf(services.kinds, parent).map(({ id }) =>
      cancel(services, parent.tenant_id, id).catch((error: unknown) => {
        // The child was never started, or it has finished.
        if (!(error instanceof Problem)) throw error;
      }),
    ),
  );
}

async function cancelOne(services: Services, tenant_id: string, id: string): Promise<Operation> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { operation, version } = await findOperation(services, tenant_id, id);
    if (operation.status === 'cancelled') return operation;
    const cancelled = transition(operation, { type: 'cancel' }, services.now());
    if (isRefusal(cancelled)) {
      throw new Problem('operation-already-finished', `The operation has ${operation.status}.`, {
        headers: { 'x-should-retry': 'false' },
      });
    }
    if ((await services.store.update(cancelled, version)) !== undefined) return cancelled;
  }
  throw new StoreUnavailable('the record moved with every try');
}
