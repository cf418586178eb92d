import { isFinished, type Operation } from '../record/record.ts';
import type { OperationStore, Stored } from '../store/port.ts';

/** A request is held open for at most so many seconds. */
export const LONGEST_WAIT_S = 30;

/** The next state of an operation. `gone`: it was erased, or its retention has ended. `silence`: there was none in time. */
export type Next = Stored | 'gone' | 'silence';

export interface Following {
  /** Resolves to a state that was not handed out before, within `ms`. States that nobody fetched in between are left out. */
  next(ms: number): Promise<Next>;
  /** Must be called in the end. */
  stop(): void;
}

/**
 * Follows an operation from the state `first`, until `signal` is aborted. However slowly the states are fetched, only the
 * latest is kept. A state never moves back, although a store may tell an old one late.
 */
export function follow(store: Pick<OperationStore, 'watch'>, first: Stored, signal: AbortSignal): Following {
  let seen = first;
  let pending: Stored | 'gone' | undefined;
  let wake = () => {};
  const release = store.watch(first.operation.id, (stored) => {
    if (pending === 'gone') return;
    // The key of an erased operation may have made another one under the id.
    if (stored === undefined || stored.operation.created_at > first.operation.created_at) pending = 'gone';
    else if (!isNewer(stored, pending ?? seen)) return;
    else pending = stored;
    wake();
  });
  const leave = () => wake();
  signal.addEventListener('abort', leave, { once: true });

  return {
    async next(ms) {
      if (pending === undefined && !signal.aborted && ms > 0) {
        const { promise, resolve } = Promise.withResolvers<void>();
        const timer = setTimeout(resolve, ms);
        wake = resolve;
        await promise;
        clearTimeout(timer);
      }
      const next = pending ?? 'silence';
      if (typeof next === 'object') {
        seen = next;
        pending = undefined;
      }
      return next;
    },
    stop() {
      release();
      signal.removeEventListener('abort', leave);
    },
  };
}

/**
 * Waits until the operation is finished, `timeoutMs` have passed, or `signal` is aborted; resolves to its latest state, or to
 * `undefined` if it is gone. At the end of the time the store is read once more, in case it could not tell.
 */
export async function untilFinished(
  store: Pick<OperationStore, 'watch' | 'read'>,
  first: Stored,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<Stored | undefined> {
  if (isFinished(first.operation) || timeoutMs <= 0) return first;
  const end = performance.now() + timeoutMs;
  const following = follow(store, first, signal);
  let latest = first;
  try {
    while (!isFinished(latest.operation)) {
      const next = await following.next(end - performance.now());
      if (typeof next === 'string') return signal.aborted ? latest : await readAgain(store, latest);
      latest = next;
    }
    return latest;
  } finally {
    following.stop();
  }
}

/** A read that fails is no error here: the operation is recorded, and its client can ask again. */
async function readAgain(store: Pick<OperationStore, 'read'>, latest: Stored): Promise<Stored | undefined> {
  try {
    const stored = await store.read(latest.operation.id);
    return stored?.operation.created_at === latest.operation.created_at ? stored : undefined;
  } catch {
    return latest;
  }
}

const isNewer = (next: Stored, than: Stored): boolean =>
  next.version !== than.version && order(next.operation, than.operation) >= 0;

const STEPS = { queued: 0, running: 1, succeeded: 2, failed: 2, cancelled: 2 } as const satisfies Record<
  Operation['status'],
  number
>;

/** Compares two states of one operation, by what never moves back: the status, the time of the change, the progress. */
function order(a: Operation, b: Operation): number {
  const progress = (op: Operation) => ('progress' in op ? (op.progress ?? 0) : 1);
  return STEPS[a.status] - STEPS[b.status] || a.updated_at - b.updated_at || progress(a) - progress(b);
}
