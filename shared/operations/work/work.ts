import { randomUUID } from 'node:crypto';
import { endpointOf } from '../../kinds.ts';
import { cancelChildren } from '../access/cancel.ts';
import { attempt, type Ending } from '../attempt/attempt.ts';
import { attemptLog } from '../attempt/attempt-log.ts';
import { type Verdict, verdict } from '../attempt/decide.ts';
import { watchHold } from '../attempt/lease-watch.ts';
import { Hold } from '../attempt/leased-record.ts';
import { persistently } from '../attempt/persistently.ts';
import { isFinished, type Operation, type Unfinished } from '../record/record.ts';
import { type Event, isRefusal, transition } from '../record/transitions.ts';
import type { Services } from '../services.ts';
import { type OperationStore, RecordCorrupt } from '../store/port.ts';
import { enqueue } from '../submit/enqueue.ts';
import { gatherChildren } from './start-children.ts';

/** One dispatch of a task. `dispatch` counts the dispatches of this task before it. */
export interface Delivery {
  readonly operation_id: string;
  readonly task: string;
  readonly dispatch: number;
  /** The dispatch before this one was answered `held`. */
  readonly refusedBefore?: boolean;
}

/**
 * What to tell the queue. `done`: forget the task, whatever became of the operation. `held`: another delivery works
 * on it; come again later. `rescheduled`: the attempt failed, and there is a task for the next, `afterMs` from now;
 * `throttled`: the provider asks for less, so that the queue should slow down.
 */
export type Worked =
  | { readonly kind: 'done'; readonly status: string }
  | { readonly kind: 'held' }
  | { readonly kind: 'rescheduled'; readonly afterMs: number; readonly throttled: boolean };

/** What a lease lasts beyond the attempt's own limit: letting go of the provider, and the last writes. */
const LEASE_MARGIN_MS = 30_000;
const CLAIM_TRIES = 5;

/**
 * Makes one attempt at an operation.
 * @throws {StoreUnavailable} nothing is known to have changed; the queue delivers again
 */
export async function work(services: Services, delivery: Delivery): Promise<Worked> {
  const claimed = await claim(services, delivery);
  if ('kind' in claimed) return claimed;
  const { hold, token } = claimed;
  const op = hold.operation as Unfinished;
  const { now, limits, provider, store } = services;
  const endpoint = endpointOf(op.endpoint);
  const log = attemptLog(services, op, op.attempts);
  const watch = watchHold(store, hold, token, log);
  const ending = await attempt({
    endpoint,
    input: op.input,
    provider,
    children: () => gatherChildren(services, op),
    elapsedMs: Math.max(0, now() - op.created_at),
    timeoutMs: Math.max(1, Math.min(limits.attemptTimeoutMs, op.created_at + limits.maxAgeMs - now())),
    signal: watch.signal,
    onProgress: watch.onProgress,
    spent: op.spent,
    triesAgainAfter: (error) => verdict({ kind: 'unavailable', error }, op, limits, now()).kind === 'retry',
    traceparent: op.traceparent,
    log,
  });
  watch.stop();
  return conclude(services, claimed, verdict(ending, op, limits, now()), ending.spent);
}

interface Claimed {
  readonly hold: Hold;
  readonly token: string;
  /** End of the lease, on the clock of `performance.now()`. */
  readonly until: number;
}

async function claim(
  services: Services,
  { operation_id, task, dispatch, refusedBefore = false }: Delivery,
): Promise<Claimed | Worked> {
  const { store, now, limits, log } = services;
  for (let tries = 0; tries < CLAIM_TRIES; tries += 1) {
    const stored = await readable(store, operation_id, log);
    if (stored === undefined || stored.operation.expire_at <= now())
      return { kind: 'done', status: 'unknown' };
    const token = randomUUID();
    const lease = { token, task, dispatch };
    const leaseMs = limits.attemptTimeoutMs + LEASE_MARGIN_MS;
    const until = performance.now() + leaseMs;
    const event: Event = { type: 'claim', lease, refusedBefore, leaseMs, limits };
    const claimed = transition(stored.operation, event, now());
    if (isRefusal(claimed)) {
      return claimed.refused === 'not-due'
        ? tooSoon(services, stored.operation as Unfinished)
        : left(services, stored.operation);
    }
    const version = await store.update(claimed, stored.version);
    if (version === undefined) continue;
    if (isFinished(claimed)) return { kind: 'done', status: claimed.status };
    return { hold: new Hold(store, { operation: claimed, version }, now), token, until };
  }
  return { kind: 'held' };
}

/** A corrupt record does not mend by being delivered again: it is logged, and the task is done with. */
async function readable(store: OperationStore, id: string, log: Services['log']) {
  try {
    return await store.read(id);
  } catch (error) {
    if (!(error instanceof RecordCorrupt)) throw error;
    log.error({ err: error, operation_id: id }, 'record-corrupt');
    return undefined;
  }
}

async function conclude(
  services: Services,
  { hold, token, until }: Claimed,
  decided: Verdict,
  spent: Ending['spent'],
): Promise<Worked> {
  if (decided.kind === 'drop') return afterLoss(services, hold.operation);
  const written = await persistently(() => hold.write({ ...eventOf(decided, token), spent }), until);
  if (written.kind === 'lost') return afterLoss(services, hold.operation);
  if (!isFinished(written.operation)) await enqueue(services, written.operation);
  if (decided.kind === 'retry') return { ...decided, kind: 'rescheduled' };
  return { kind: 'done', status: written.operation.status };
}

function eventOf(decided: Exclude<Verdict, { kind: 'drop' }>, token: string): Event {
  switch (decided.kind) {
    case 'succeed':
      return { type: 'succeed', token, outcome: decided.outcome };
    case 'fail':
      return { type: 'fail', token, error: decided.error };
    case 'yield':
      return { type: 'yield', token, afterMs: decided.afterMs, progress: decided.progress };
    case 'retry':
      return { type: 'retry', token, afterMs: decided.afterMs };
  }
}

/** Somebody else wrote the record: it is either over, or theirs to finish. */
async function afterLoss(services: Services, { id }: Operation): Promise<Worked> {
  const stored = await readable(services.store, id, services.log);
  if (stored === undefined) return { kind: 'done', status: 'unknown' };
  return left(services, stored.operation);
}

/**
 * An operation that is not this delivery's. Whoever cancelled it may have looked for its children before an earlier
 * delivery started them.
 */
async function left(services: Services, operation: Operation): Promise<Worked> {
  if (!isFinished(operation)) return { kind: 'held' };
  if (operation.status === 'cancelled') await cancelChildren(services, operation);
  return { kind: 'done', status: operation.status };
}

/** The attempt that this delivery was for is over. Its end may not have come to enqueue the next one. */
async function tooSoon(services: Services, op: Unfinished): Promise<Worked> {
  await enqueue(services, op);
  return { kind: 'done', status: op.status };
}
