import { enqueue } from './enqueue.ts';
import { isFinished } from './record.ts';
import type { Services } from './services.ts';
import type { Stored } from './store.ts';
import { isRefusal, isTooOld, transition } from './transitions.ts';

export interface Swept {
  /** Given a new task. */
  requeued: number;
  /** Failed for their age. */
  expired: number;
  /** Changed by somebody else meanwhile. */
  passed: number;
}

const PAGE = 100;
const AT_ONCE = 10;

/**
 * Takes up every operation that nobody can be working on: gives it a new task, or fails it if it is too old.
 * Stops after `budgetMs` and leaves the rest to the next sweep.
 */
export async function sweep(services: Services, { budgetMs }: { readonly budgetMs: number }): Promise<Swept> {
  const swept: Swept = { requeued: 0, expired: 0, passed: 0 };
  const end = performance.now() + budgetMs;
  while (performance.now() < end) {
    const due = await services.store.due(services.now(), PAGE);
    for (let at = 0; at < due.length; at += AT_ONCE) {
      const taken = await Promise.all(
        due.slice(at, at + AT_ONCE).map((stored) => takeUp(services, stored, false)),
      );
      for (const what of taken) swept[what] += 1;
    }
    if (due.length < PAGE) break;
  }
  return swept;
}

/**
 * Takes up everything unfinished at once, held or not. For a process that knows that it is the only worker: whoever
 * held something ended with the process before it.
 */
export async function recover(services: Services): Promise<number> {
  const unfinished = await services.store.due(Number.MAX_SAFE_INTEGER, 100_000);
  for (const stored of unfinished) await takeUp(services, stored, true);
  return unfinished.length;
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
