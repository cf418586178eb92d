import { randomUUID } from 'node:crypto';
import type { Endpoint, Input } from '../analyses/endpoints.ts';
import { PROBLEMS, Problem, type ProblemCode } from '../errors.ts';
import { attempt, type Ending } from './attempt.ts';
import { attemptLog } from './attempt-log.ts';
import { enqueue, enqueueForgotten } from './enqueue.ts';
import { Hold, tooLarge } from './hold.ts';
import { fingerprint, keyedOperationId, newOperationId, retentionEnd } from './ids.ts';
import { isFinished, type Lease, type Operation, type Unfinished } from './record.ts';
import { type Reservation, reserve, reserveAtOnce, reserveWithinQuota } from './reserve.ts';
import type { Services } from './services.ts';
import { reserveInSlot } from './slotted.ts';
import { RecordTooLarge } from './store.ts';
import { deliveryGrace, isRefusal, transition } from './transitions.ts';
import { untilFinished } from './wait.ts';
import { watchHold } from './watch-hold.ts';

export interface Submission {
  readonly endpoint: Endpoint;
  readonly input: Input;
  readonly tenant_id: string;
  readonly request_id: string;
  readonly key: string | undefined;
  /** Given to a part of an operation that was let in, and so is not counted against the tenant's quota. */
  readonly id?: string;
  readonly preferences: Preferences;
  readonly traceparent: string;
  /** The client has gone: nobody waits any more. */
  readonly signal: AbortSignal;
}

/** How the client would like to be answered (RFC 7240, sections 4.1 and 4.3). */
export interface Preferences {
  readonly respondAsync: boolean;
  /** Seconds the client will wait. Absent if not asked, or not a number of seconds. */
  readonly wait: number | undefined;
}

export interface Submitted {
  readonly operation: Operation;
  readonly replayed: boolean;
  /** The preferences that were honoured, as `Preference-Applied` names them. */
  readonly applied: readonly string[];
}

/** The longest a client may have its request held open, in seconds. */
export const LONGEST_WAIT_S = 30;
/** What a synchronous attempt may take beyond its window: letting go of the provider, and one write. */
const SYNC_MARGIN_MS = 10_000;

/**
 * Answers a request at once or makes it an operation of the queue, as the contract's routing says.
 * @throws {Problem} a refusal of the provider, or of the idempotency key
 */
export async function submit(services: Services, submission: Submission): Promise<Submitted> {
  const { endpoint, input, preferences } = submission;
  const { syncTextThreshold, syncTimeoutMs } = services.limits;
  const text = endpoint.text(input);
  if (text === undefined) {
    const { respondAsync } = preferences;
    return asynchronous(services, { ...submission, preferences: { respondAsync, wait: undefined } });
  }
  if (preferences.respondAsync || text.length > syncTextThreshold) return asynchronous(services, submission);
  const { wait } = preferences;
  const applied = wait === undefined ? [] : [`wait=${wait}`];
  const windowMs = Math.min(syncTimeoutMs, wait === undefined ? syncTimeoutMs : wait * 1000);
  // A window without any time is not worth a provider call that is aborted at once.
  if (windowMs === 0) return { ...(await asynchronous(services, submission)), applied };
  return synchronous(services, submission, windowMs, applied);
}

async function asynchronous(services: Services, submission: Submission): Promise<Submitted> {
  const { preferences, signal } = submission;
  // The queue's client loads while the store answers.
  void services.queue.warm?.();
  const reservation = await reserveAsynchronous(services, submission);
  if (reservation.kind === 'taken') return replay(services, reservation.operation);
  const { operation } = reservation;
  await enqueue(services, operation);
  if (!preferences.respondAsync) return { operation, replayed: false, applied: [] };
  if (preferences.wait === undefined) return { operation, replayed: false, applied: ['respond-async'] };
  const timeoutMs = Math.min(preferences.wait, LONGEST_WAIT_S) * 1000;
  return {
    operation: await untilFinished(services.store, operation, { timeoutMs, signal }),
    replayed: false,
    applied: ['respond-async', `wait=${preferences.wait}`],
  };
}

function reserveAsynchronous(services: Services, submission: Submission): Promise<Reservation> {
  const { endpoint, input, tenant_id, id } = submission;
  const draft = newOperation(services, submission);
  const take = () => (id === undefined ? reserveWithinQuota(services, draft) : reserve(services, draft));
  const slot = endpoint.slot?.(input, tenant_id);
  return slot === undefined ? take() : reserveInSlot(services, slot, draft, take);
}

async function synchronous(
  services: Services,
  submission: Submission,
  windowMs: number,
  applied: readonly string[],
): Promise<Submitted> {
  const { now, store, provider } = services;
  const { endpoint, input, traceparent } = submission;
  const expires_at = now() + windowMs + SYNC_MARGIN_MS;
  const lease: Lease = { token: randomUUID(), task: 'synchronous', dispatch: 0, expires_at };
  const draft: Unfinished = { ...newOperation(services, submission), lease, due_at: expires_at };
  // Without a key nobody can ask for the operation before it is answered: nothing is written until then.
  const reservation = await reserveAtOnce(services, draft);
  if (reservation?.kind === 'taken') return replay(services, reservation.operation);

  const log = attemptLog(services, draft, 0);
  const hold = reservation && new Hold(store, reservation, now);
  // With a key it stands in the list, and may be cancelled there.
  const watch = hold && watchHold(store, hold, lease.token, log);
  const ending = await attempt({
    endpoint,
    input,
    provider,
    timeoutMs: windowMs,
    ...(watch && { signal: watch.signal }),
    traceparent,
    log,
  });
  watch?.stop();
  const operation = await settle(services, draft, hold, ending, lease.token);
  return { operation, replayed: false, applied };
}

/** Records how the synchronous attempt ended: its answer, its refusal, or that the queue takes over. */
async function settle(
  services: Services,
  draft: Unfinished,
  hold: Hold | undefined,
  ending: Ending,
  token: string,
): Promise<Operation> {
  const write = async (event: Parameters<Hold['write']>[0]): Promise<Operation> => {
    if (hold === undefined) return create(services, draft, event);
    const written = await hold.write(event);
    return written.kind === 'written' ? written.operation : present(services, draft);
  };
  if (ending.kind === 'succeeded') return write({ type: 'succeed', token, outcome: ending.outcome });
  if (ending.kind === 'aborted') return present(services, draft);
  if (ending.kind === 'rejected' || ending.kind === 'crashed') {
    const problem = problemOf(ending);
    const error = { code: problem.code, message: problem.message };
    const written = await hold?.write({ type: 'fail', token, error, answeredAsProblem: true });
    if (written?.kind === 'lost') return present(services, draft);
    throw problem;
  }
  const asked = ending.kind === 'unavailable' ? ending.error.retryAfterMs : undefined;
  const afterMs = Math.min(asked ?? 0, services.limits.maxAgeMs);
  const operation = await write({ type: 'hand-over', token, afterMs });
  if (isFinished(operation)) return operation;
  await enqueue(services, operation, afterMs);
  await services.quota.unfinished.add(operation.tenant_id);
  return operation;
}

const problemOf = (ending: Extract<Ending, { kind: 'rejected' | 'crashed' }>): Problem =>
  ending.kind === 'rejected'
    ? new Problem(ending.error.code, ending.error.message, { cause: ending.error })
    : new Problem('internal-error', 'The text could not be analysed. The fault has been logged.', {
        cause: ending.error,
      });

async function create(
  services: Services,
  draft: Unfinished,
  event: Parameters<typeof transition>[1],
): Promise<Operation> {
  const operation = transition(draft, event, services.now());
  if (isRefusal(operation)) throw new Error(`a new operation refused ${event.type}: ${operation.refused}`);
  try {
    await services.store.create(operation);
    return operation;
  } catch (error) {
    if (error instanceof RecordTooLarge && event.type === 'succeed')
      return create(services, draft, tooLarge(event.token));
    throw error;
  }
}

/** The operation as it is now that somebody else has written it: cancelled, or taken up by the sweep. */
async function present(services: Services, draft: Unfinished): Promise<Operation> {
  return (await services.store.read(draft.id))?.operation ?? draft;
}

/** What the key's first request came to. */
async function replay(services: Services, operation: Operation): Promise<Submitted> {
  const now = services.now();
  if (operation.status === 'queued' && operation.lease !== undefined && operation.lease.expires_at > now) {
    throw new Problem('idempotency-in-progress', 'The first request with this key is still being answered.', {
      headers: { 'Retry-After': String(Math.max(1, Math.ceil((operation.lease.expires_at - now) / 1000))) },
    });
  }
  if (
    operation.status === 'failed' &&
    operation.answered_as_problem === true &&
    operation.error.code in PROBLEMS
  ) {
    throw new Problem(operation.error.code as ProblemCode, operation.error.message, {
      headers: { 'Idempotent-Replayed': 'true' },
    });
  }
  await enqueueForgotten(services, operation);
  return { operation, replayed: true, applied: [] };
}

function newOperation(services: Services, submission: Submission): Unfinished {
  const { endpoint, input, tenant_id, request_id, key, traceparent, id } = submission;
  const now = services.now();
  const scope = { tenant_id, endpoint: endpoint.name };
  return {
    id: id ?? (key === undefined ? newOperationId() : keyedOperationId({ ...scope, key })),
    ...scope,
    request_id,
    status: 'queued',
    input: { ...input },
    ...(key !== undefined && { fingerprint: fingerprint(input) }),
    traceparent,
    created_at: now,
    updated_at: now,
    expire_at: retentionEnd(now, services.limits.ttlDays),
    due_at: now + deliveryGrace(0),
    attempts: 0,
    generation: 0,
  };
}
