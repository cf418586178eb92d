import { afterEach, beforeEach, vi } from 'vitest';
import { ProviderUnavailable } from '../../../shared/operations/kind.ts';
import type { Operation } from '../../../shared/operations/record/record.ts';
import { type Delivery, work } from '../../../shared/operations/work/work.ts';
import { idOf, queued } from '../../contract/records.ts';
import { nothingFound } from '../../support/scripted-provider.ts';
import { openServices, type ServiceFixture } from '../../support/service-fixture.ts';

export const ID = idOf('op');
export const LIMITS = { attemptTimeoutMs: 240_000, maxAttempts: 3, maxAgeMs: 3_600_000 };
export const LEASE_MS = LIMITS.attemptTimeoutMs + 30_000;

/** What the worker works with. It is another for each test of a file that imports this module. */
export let fixture: ServiceFixture;
/** Goes on in a test with other limits. */
export const reopen = async (limits: Parameters<typeof openServices>[0]) => {
  await fixture[Symbol.asyncDispose]();
  fixture = openServices(limits);
};
beforeEach(() => {
  fixture = openServices(LIMITS);
});
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await fixture[Symbol.asyncDispose]();
});

export const put = (op: Operation = queued('op')) => fixture.services.store.create(op);
/** Delivers a task of the operation to the worker. */
export const deliver = (changes: Partial<Delivery> = {}) =>
  work(fixture.services, { operation_id: ID, task: 'task-a', dispatch: 0, ...changes });
/** The delivery of the last task that was made, at the time that it asks for. */
export const deliverDue = () => {
  fixture.clock.now += fixture.queue.tasks.at(-1)?.delay_ms ?? 0;
  return deliver({ task: `task-${fixture.queue.tasks.length}` });
};
export const drawNothing = () => void vi.spyOn(Math, 'random').mockReturnValue(0);
export const stored = async () => (await fixture.services.store.read(ID))?.operation;
export const unavailable = (options?: ConstructorParameters<typeof ProviderUnavailable>[1]) => () =>
  Promise.reject(new ProviderUnavailable('away', options));
export const done = (status: string) => ({ kind: 'done', status });

/** A provider whose first call waits until it is let go, and later calls answer at once. */
export const firstCallWaits = () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  fixture.provider.script = async (call) => {
    if (call.index === 0) await promise;
    return nothingFound(call);
  };
  return resolve;
};
