import { PROBLEMS, Problem, type ProblemCode } from '../../errors.ts';
import { LONGEST_WAIT_S, untilFinished } from '../access/changes.ts';
import type { Input, Kind } from '../kind.ts';
import { fingerprint, keyedOperationId, newOperationId, retentionEnd } from '../record/ids.ts';
import type { Operation, Unfinished } from '../record/record.ts';
import { deliveryGrace } from '../record/transitions.ts';
import type { Services } from '../services.ts';
import { finishAtOnce } from './at-once.ts';
import {
  type Created,
  create,
  createFinished,
  createWithinQuota,
  createWithLock,
  type Existing,
} from './create.ts';
import { enqueue, enqueueForgotten } from './enqueue.ts';
import { answerInWindow, windowLeftMs } from './sync-window.ts';

export interface Submission {
  readonly kind: Kind;
  readonly input: Input;
  readonly tenant_id: string;
  readonly request_id: string;
  readonly key: string | undefined;
  /** Set for a child operation. Its parent was admitted, so the child does not count against the tenant's quota. */
  readonly id?: string;
  readonly preferences: Preferences;
  readonly traceparent: string;
  /** Makes a signal that is aborted when the client goes away. */
  readonly gone: () => AbortSignal;
  /** Makes a signal that is aborted when nobody waits for the answer any more. */
  readonly waiting: () => AbortSignal;
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
  /** The preferences that were honoured, and to which value, as `Preference-Applied` names them. */
  readonly applied: readonly string[];
}

/**
 * Answers a request at once, or records it as an operation for the queue, as the contract's routing says.
 * @throws {Problem} a refusal of the provider, of the quota, or of the idempotency key
 * @throws {ClientGone} the client of a synchronous request without a key has gone; the work was aborted
 */
export async function submit(services: Services, submission: Submission): Promise<Submitted> {
  const { kind, input, preferences } = submission;
  const { syncTextThreshold, syncTimeoutMs } = services.limits;
  const text = kind.text(input);
  if (text === undefined) {
    const { respondAsync } = preferences;
    return asynchronous(services, { ...submission, preferences: { respondAsync, wait: undefined } });
  }
  if (preferences.respondAsync || text.length > syncTextThreshold) return asynchronous(services, submission);
  const { wait } = preferences;
  const windowMs = Math.min(syncTimeoutMs, wait === undefined ? syncTimeoutMs : wait * 1000);
  const applied = wait === undefined ? [] : [`wait=${Math.floor(windowMs / 1000)}`];
  // A window of no time would abort its provider call at once.
  if (windowMs === 0) return { ...(await asynchronous(services, submission)), applied };
  const answer = await answerInWindow(services, submission, newOperation(services, submission), windowMs);
  if (answer.kind === 'existing') return replay(services, answer.operation);
  return { operation: answer.operation, replayed: false, applied };
}

async function asynchronous(services: Services, submission: Submission): Promise<Submitted> {
  const { preferences, waiting } = submission;
  // Loads the queue's client while the store answers.
  void services.queue.warm?.();
  const created = await createQueued(services, submission);
  if (created.kind === 'existing') return replay(services, created.operation);
  const { operation, finished } = created;
  if (finished === undefined) await enqueue(services, operation);
  if (!preferences.respondAsync) return { operation, replayed: false, applied: [] };
  if (preferences.wait === undefined) return { operation, replayed: false, applied: ['respond-async'] };
  const seconds = Math.min(preferences.wait, LONGEST_WAIT_S);
  const waited = { timeoutMs: seconds * 1000, signal: waiting() };
  const latest = finished ?? (await untilFinished(services.store, created, waited))?.operation;
  return {
    operation: latest ?? operation,
    replayed: false,
    applied: ['respond-async', `wait=${seconds}`],
  };
}

function createQueued(services: Services, submission: Submission): Promise<Created | Existing> {
  const { kind, input, tenant_id, id } = submission;
  const draft = newOperation(services, submission);
  const rule = kind.lock?.(input, tenant_id);
  // With a key the record comes first: it keeps a second request from the work.
  if (id === undefined && draft.fingerprint === undefined && kind.isBrief?.(input) === true)
    return createFinished(services, draft, () => finishAtOnce(services, kind, draft));
  if (id === undefined) return createWithinQuota(services, draft, rule);
  return rule === undefined ? create(services, draft) : createWithLock(services, draft, rule);
}

/** Answers a repeated key with the operation that it stands for, as that is now. */
async function replay(services: Services, operation: Operation): Promise<Submitted> {
  const now = services.now();
  if (operation.status === 'queued' && operation.lease !== undefined && operation.lease.expires_at > now) {
    throw new Problem('idempotency-in-progress', 'The first request with this key is still being answered.', {
      headers: { 'Retry-After': String(Math.max(1, Math.ceil(windowLeftMs(operation.lease, now) / 1000))) },
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
  const { kind, input, tenant_id, request_id, key, traceparent, id } = submission;
  const now = services.now();
  const scope = { tenant_id, endpoint: kind.name };
  return {
    id:
      id ??
      (key === undefined
        ? newOperationId(now, services.store.spreadsIds)
        : keyedOperationId({ ...scope, key })),
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
