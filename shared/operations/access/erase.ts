import { Problem } from '../../errors.ts';
import type { Kinds } from '../kind.ts';
import { isFinished, type Operation } from '../record/record.ts';
import type { Services } from '../services.ts';
import { type LockStore, StoreUnavailable } from '../store/port.ts';
import { cancel } from './cancel.ts';
import { childrenOf } from './children.ts';
import { findOperation } from './find.ts';

const TRIES = 10;

/**
 * Erases a tenant's finished operation: nothing of its record is left, its id is unknown and its key is free. The operations
 * that did parts of its work are cancelled and erased before it, so a call that failed half way can be repeated.
 * @throws {Problem} `not-found`, `operation-not-finished`
 */
export async function erase(services: Services, tenant_id: string, id: string): Promise<Operation> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { operation, version } = await findOperation(services, tenant_id, id);
    if (!isFinished(operation)) {
      throw new Problem('operation-not-finished', `The operation is ${operation.status}. Cancel it first.`);
    }
    await eraseChildren(services, operation);
    await freeLock(services.store, services.kinds, operation);
    if (await services.store.erase(operation.id, version)) return operation;
  }
  throw new StoreUnavailable('the record moved with every try');
}

async function eraseChildren(services: Services, parent: Operation): Promise<void> {
  const { tenant_id } = parent;
  await Promise.all(
    childrenOf(services.kinds, parent).map(async ({ id }) => {
      await unlessRefused(cancel(services, tenant_id, id));
      await unlessRefused(erase(services, tenant_id, id));
    }),
  );
}

/** A child was never started, is erased already, or has finished. */
async function unlessRefused(access: Promise<unknown>): Promise<void> {
  try {
    await access;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
}

/** Marks the operation's lock as long abandoned. Its holder could not be found, so it would look like one yet to come. */
async function freeLock(
  store: LockStore,
  kinds: Kinds,
  { id, tenant_id, endpoint, input }: Operation,
): Promise<void> {
  const rule = kinds.of(endpoint).lock?.(input, tenant_id);
  if (rule === undefined) return;
  const lock = await store.readLock(rule.name);
  if (lock?.operation_id !== id) return;
  const { version, expire_at } = lock;
  await store.takeLock(rule.name, { operation_id: id, taken_at: 0, expire_at }, version);
}
