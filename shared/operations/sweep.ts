import { enqueue } from './enqueue.ts';
import { isFinished } from './record.ts';
import type { Services } from './services.ts';
import { type DuePosition, type Stored, StoreUnavailable } from './store.ts';
import { isRefusal, isTooOld, transition } from './transitions.ts';

export interface Swept {
  /** Given a new task. */
  requeued: number;
  /** Failed for their age. */
  expired: number;
  /** Changed by somebody else meanwhile. */
  passed: number;
  /** Could not be taken up, for a fault that the log tells. */
  failed: number;
}

const PAGE = 100;
const AT_ONCE = 10;

/**
 * Takes up every operation that nobody can be working on: gives it a new task, or fails it if it is too old.
 * Stops after `budgetMs` and leaves the rest to the next sweep. One that cannot be taken up keeps no other from it.
 * @throws {StoreUnavailable}
 */
export async function sweep(services: Services, { budgetMs }: { readonly budgetMs: number }): Promise<Swept> {
  const end = performance.now() + budgetMs;
  return takeUpAll(
    services,
    () => services.now(),
    false,
    () => performance.now() < end,
  );
}

/**
 * Takes up everything unfinished at once, held or not, and tells how many. For a process that knows that it is the only
 * worker: whoever held something ended with the process before it.
 * @throws {StoreUnavailable}
 */
export async function recover(services: Services): Promise<number> {
  const { requeued, expired } = await takeUpAll(
    services,
    () => Number.MAX_SAFE_INTEGER,
    true,
    () => true,
  );
  return requeued + expired;
}

/** Page by page, each from where the last one ended: what stays due after it was met is not met again. */
async function takeUpAll(
  services: Services,
  until: () => number,
  orphaned: boolean,
  goOn: () => boolean,
): Promise<Swept> {
  const swept: Swept = { requeued: 0, expired: 0, passed: 0, failed: 0 };
  // What is given a task is due later, where a page to come may find it.
  const met = new Set<string>();
  for (let after: DuePosition | undefined; goOn(); ) {
    const page = await services.store.due(until(), PAGE, after);
    const due = page.filter(({ operation }) => !met.has(operation.id));
    for (let at = 0; at < due.length; at += AT_ONCE) {
      const batch = due.slice(at, at + AT_ONCE);
      for (const { operation } of batch) met.add(operation.id);
      for (const what of await takeUpTogether(services, batch, orphaned)) swept[what] += 1;
    }
    const last = page.at(-1)?.operation;
    if (page.length < PAGE || last === undefined || isFinished(last)) break;
    after = last;
  }
  return swept;
}

/** @throws {StoreUnavailable} none of them could be taken up for it */
async function takeUpTogether(
  services: Services,
  batch: readonly Stored[],
  orphaned: boolean,
): Promise<(keyof Swept)[]> {
  const ends = await Promise.allSettled(batch.map((stored) => takeUp(services, stored, orphaned)));
  const reasons = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
  if (reasons.length === batch.length && reasons.every((reason) => reason instanceof StoreUnavailable))
    throw reasons[0];
  return ends.map((end, n) => {
    if (end.status === 'fulfilled') return end.value;
    const operation_id = batch[n]?.operation.id;
    services.log.error({ err: end.reason, operation_id, outcome: 'not-taken-up' }, 'sweep');
    return 'failed';
  });
}

async function takeUp(
  services: Services,
  { operation, version }: Stored,
  orphaned: boolean,
): Promise<keyof Swept> {
  const now = services.now();
  const event = isTooOld(operation, services.limits.maxAgeMs, now)
    ? ({ type: 'expire' } as const)
    : ({ type: 'requeue', orphaned } as const);
  const next = transition(operation, event, now);
  if (isRefusal(next) || (await services.store.update(next, version)) === undefined) return 'passed';
  if (isFinished(next)) return 'expired';
  await enqueue(services, next);
  return 'requeued';
}
