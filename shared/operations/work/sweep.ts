import { isFinished } from '../record/record.ts';
import { isPastDeadline, isRefusal, transition } from '../record/transitions.ts';
import type { Services } from '../services.ts';
import { type DuePosition, type OperationStore, type Stored, StoreUnavailable } from '../store/port.ts';
import { enqueue } from '../submit/enqueue.ts';

export interface Swept extends Counts {
  /**
   * Seconds since the creation of the oldest operation that was found, which is how long its client has waited and what its
   * deadline is counted from. Absent if none was found.
   */
  oldest_s?: number;
}

/** How many operations were found, by what became of them. */
interface Counts {
  /** Got a new task. */
  requeued: number;
  /** Failed, because their deadline has passed. */
  overdue: number;
  /** Somebody else changed them meanwhile. */
  passed: number;
  /** Could not be taken up; the log says why. */
  failed: number;
}

const PAGE = 100;
const AT_ONCE = 10;
/** How long a record that cannot be written is left alone. */
const PUSH_BACK_MS = 5 * 60_000;

/** The position at which this process's last sweep of a store ran out of time. */
const stopped = new WeakMap<OperationStore, DuePosition>();

/**
 * Takes up every operation that nobody can be working on: gives it a new task, or fails it if its deadline has passed.
 * Stops after `budgetMs`; the next sweep goes on from there. An operation that cannot be taken up does not stop the
 * others.
 * @throws {StoreUnavailable}
 */
export async function sweep(services: Services, { budgetMs }: { readonly budgetMs: number }): Promise<Swept> {
  const { store, now } = services;
  const end = performance.now() + budgetMs;
  const swept = newSwept();
  const rest = await takeUpAll(
    services,
    swept,
    now,
    false,
    () => performance.now() < end,
    stopped.get(store),
  );
  if (rest === undefined) stopped.delete(store);
  else stopped.set(store, rest);
  return swept;
}

/**
 * Takes up every unfinished operation at once, also leased ones, and resolves to their number. Only for a process that is
 * the only worker: whoever held a lease has ended with the process before it.
 * @throws {StoreUnavailable}
 */
export async function recover(services: Services): Promise<number> {
  const swept = newSwept();
  await takeUpAll(
    services,
    swept,
    () => Number.MAX_SAFE_INTEGER,
    true,
    () => true,
  );
  return swept.requeued + swept.overdue;
}

const newSwept = (): Swept => ({ requeued: 0, overdue: 0, passed: 0, failed: 0 });

/**
 * Goes page by page, each from where the last one ended, so that an operation that stays due is not met twice. Resolves to
 * the position where it stopped, or to `undefined` at the end.
 */
async function takeUpAll(
  services: Services,
  swept: Swept,
  until: () => number,
  orphaned: boolean,
  goOn: () => boolean,
  after?: DuePosition,
): Promise<DuePosition | undefined> {
  // An operation with a new task is due later, so a later page may hold it again.
  const met = new Set<string>();
  while (goOn()) {
    const page = await services.store.due(until(), PAGE, after);
    const due = page.filter(({ operation }) => !met.has(operation.id));
    for (let at = 0; at < due.length; at += AT_ONCE) {
      const batch = due.slice(at, at + AT_ONCE);
      for (const { operation } of batch) {
        met.add(operation.id);
        const waited_s = Math.max(0, Math.floor((services.now() - operation.created_at) / 1000));
        swept.oldest_s = Math.max(swept.oldest_s ?? 0, waited_s);
      }
      for (const what of await takeUpTogether(services, batch, orphaned)) swept[what] += 1;
    }
    const last = page.at(-1)?.operation;
    if (page.length < PAGE || last === undefined || isFinished(last)) return undefined;
    after = { due_at: last.due_at, id: last.id };
  }
  return after;
}

/** @throws {StoreUnavailable} the store was unavailable for the whole batch */
async function takeUpTogether(
  services: Services,
  batch: readonly Stored[],
  orphaned: boolean,
): Promise<(keyof Counts)[]> {
  const ends = await Promise.allSettled(batch.map((stored) => takeUp(services, stored, orphaned)));
  const reasons = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
  if (reasons.length === batch.length && reasons.every((reason) => reason instanceof StoreUnavailable))
    throw reasons[0];
  return Promise.all(
    ends.map(async (end, n) => {
      if (end.status === 'fulfilled') return end.value;
      const stored = batch[n];
      const operation_id = stored?.operation.id;
      services.log.error({ err: end.reason, operation_id, outcome: 'not-taken-up' }, 'sweep');
      if (stored !== undefined && !(end.reason instanceof StoreUnavailable)) await pushBack(services, stored);
      return 'failed';
    }),
  );
}

/** Pushes back a record that cannot be written, or every sweep would spend its time on it first. */
async function pushBack({ store, now }: Services, { operation: { id }, version }: Stored): Promise<void> {
  await store.postpone(id, version, now() + PUSH_BACK_MS).catch(() => false);
}

async function takeUp(
  services: Services,
  { operation, version }: Stored,
  orphaned: boolean,
): Promise<keyof Counts> {
  const now = services.now();
  const event = isPastDeadline(operation, services.limits.maxAgeMs, now)
    ? ({ type: 'pass-deadline' } as const)
    : ({ type: 'requeue', orphaned } as const);
  const next = transition(operation, event, now);
  if (isRefusal(next) || (await services.store.update(next, version)) === undefined) return 'passed';
  if (isFinished(next)) return 'overdue';
  await enqueue(services, next);
  return 'requeued';
}
