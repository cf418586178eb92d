import { randomUUID } from 'node:crypto';
import { taskName } from '../../queue/port.ts';
import { cancelChildren } from '../access/cancel.ts';
import { type AttemptEnd, attempt } from '../attempt/attempt.ts';
import { attemptLog } from '../attempt/attempt-log.ts';
import { type Decision, decide } from '../attempt/decide.ts';
import { watchLease } from '../attempt/lease-watch.ts';
import { LeasedRecord } from '../attempt/leased-record.ts';
import { persistently } from '../attempt/persistently.ts';
import { isFinished, type Operation, type Unfinished } from '../record/record.ts';
import { type Event, isRefusal, transition } from '../record/transitions.ts';
import type { Services } from '../services.ts';
import { type OperationStore, RecordCorrupt } from '../store/port.ts';
import { enqueue } from '../submit/enqueue.ts';
import { startOrLoadChildren } from './start-children.ts';

/** One dispatch of a task. `dispatch` is the number of earlier dispatches of the same task. */
export interface Delivery {
  readonly operation_id: string;
  readonly task: string;
  readonly dispatch: number;
  /** The previous dispatch was answered `held`. */
  readonly refusedBefore?: boolean;
}

/**
 * The answer to the queue. `done`: forget the task. `held`: another delivery works on the operation, or this one comes too
 * soon; deliver again later. `rescheduled`: the attempt failed, and a new task makes the next one `afterMs` from now; with
 * `throttled` the provider asked for fewer calls, so the queue should slow down.
 */
export type Worked =
  | { readonly kind: 'done'; readonly status: string }
  | { readonly kind: 'held' }
  | { readonly kind: 'rescheduled'; readonly afterMs: number; readonly throttled: boolean };

/** A lease lasts so much longer than its attempt may: for aborting the provider call, and for the last writes. */
const LEASE_MARGIN_MS = 30_000;
const CLAIM_TRIES = 5;

/**
 * Makes one attempt at an operation.
 * @throws {StoreUnavailable} the queue delivers the task again
 */
export async function work(services: Services, delivery: Delivery): Promise<Worked> {
  const claimed = await claim(services, delivery);
  if ('kind' in claimed) return claimed;
  const { leased, token } = claimed;
  const op = leased.operation as Unfinished;
  const { now, limits, store } = services;
  const log = attemptLog(services, op, op.attempts);
  const watch = watchLease(store, leased, token, log);
  const end = await attempt({
    kind: services.kinds.of(op.endpoint),
    input: op.input,
    children: () => startOrLoadChildren(services, op),
    elapsedMs: Math.max(0, now() - op.created_at),
    timeoutMs: Math.max(1, Math.min(limits.attemptTimeoutMs, op.created_at + limits.maxAgeMs - now())),
    signal: watch.signal,
    onProgress: watch.onProgress,
    spent: op.spent,
    triesAgainAfter: (error) => decide({ kind: 'unavailable', error }, op, limits, now()).kind === 'retry',
    traceparent: op.traceparent,
    log,
  });
  watch.stop();
  return conclude(services, claimed, decide(end, op, limits, now()), end.spent);
}

interface Claimed {
  readonly leased: LeasedRecord;
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
    const stored = await readOrLog(store, operation_id, log);
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
        ? rescheduleEarly(services, stored.operation as Unfinished, task)
        : endUnclaimed(services, stored.operation);
    }
    const version = await store.update(claimed, stored.version);
    if (version === undefined) continue;
    if (isFinished(claimed)) return { kind: 'done', status: claimed.status };
    return { leased: new LeasedRecord(store, { operation: claimed, version }, now), token, until };
  }
  return { kind: 'held' };
}

/** Delivering again does not mend a corrupt record. It is logged, and its task is acknowledged. */
async function readOrLog(store: OperationStore, id: string, log: Services['log']) {
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
  { leased, token, until }: Claimed,
  decision: Decision,
  spent: AttemptEnd['spent'],
): Promise<Worked> {
  if (decision.kind === 'drop') return endAfterLoss(services, leased.operation);
  const written = await persistently(() => leased.write({ ...eventOf(decision, token), spent }), until);
  if (written.kind === 'lost') return endAfterLoss(services, leased.operation);
  if (!isFinished(written.operation)) await enqueue(services, written.operation);
  if (decision.kind === 'retry') return { ...decision, kind: 'rescheduled' };
  return { kind: 'done', status: written.operation.status };
}

function eventOf(decision: Exclude<Decision, { kind: 'drop' }>, token: string): Event {
  switch (decision.kind) {
    case 'succeed':
      return { type: 'succeed', token, completion: decision.completion };
    case 'fail':
      return { type: 'fail', token, error: decision.error };
    case 'yield':
      return { type: 'yield', token, afterMs: decision.afterMs, progress: decision.progress };
    case 'retry':
      return { type: 'retry', token, afterMs: decision.afterMs };
  }
}

/** Ends a delivery whose record somebody else has written: the operation is finished, or theirs to finish. */
async function endAfterLoss(services: Services, { id }: Operation): Promise<Worked> {
  const stored = await readOrLog(services.store, id, services.log);
  if (stored === undefined) return { kind: 'done', status: 'unknown' };
  return endUnclaimed(services, stored.operation);
}

/**
 * Ends a delivery that may not work on its operation. If that was cancelled, its children are cancelled again: an earlier
 * delivery may have started them after the cancellation looked for them.
 */
async function endUnclaimed(services: Services, operation: Operation): Promise<Worked> {
  if (!isFinished(operation)) return { kind: 'held' };
  if (operation.status === 'cancelled') await cancelChildren(services, operation);
  return { kind: 'done', status: operation.status };
}

/**
 * Enqueues the next attempt once more: the attempt before it may have crashed before it did so. If this task is itself the
 * next attempt's, it has come too soon by this machine's clock. Acknowledged it would be gone until the sweep, and its name
 * is taken, so it is delivered again.
 */
async function rescheduleEarly(services: Services, op: Unfinished, task: string): Promise<Worked> {
  if (task === taskName({ ...op, operation_id: op.id })) return { kind: 'held' };
  await enqueue(services, op);
  return { kind: 'done', status: op.status };
}
