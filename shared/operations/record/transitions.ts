import type { Finished, Lease, Operation, Spent, Unfinished } from './record.ts';
import { isFinished } from './record.ts';

/** What can happen to an operation. Durations are milliseconds. `token` names the lease that the sender holds. */
export type Event = Happening & {
  /** What the operation has spent so far, over all its attempts. Only the holder of the lease reports it. */
  readonly spent?: Spent | undefined;
};

type Happening =
  /** A delivery of `lease.task` wants to begin an attempt. If a limit is reached, the operation fails instead. */
  | {
      readonly type: 'claim';
      readonly lease: Omit<Lease, 'expires_at'>;
      /** The previous dispatch was refused as `held`, and the holder may still be working. */
      readonly refusedBefore?: boolean;
      readonly leaseMs: number;
      readonly limits: Limits;
    }
  /** The attempt failed, but waiting may help. A new task makes the next attempt after `afterMs`. */
  | { readonly type: 'retry'; readonly token: string; readonly afterMs: number }
  /** The synchronous window closed without an answer. The queue takes over after `afterMs`. */
  | { readonly type: 'hand-over'; readonly token: string; readonly afterMs?: number }
  /** This share of the work is done, 0 to 1. */
  | { readonly type: 'progress'; readonly token: string; readonly fraction: number }
  /** A step has ended and waits for children. A new task runs the next step after `afterMs`. */
  | {
      readonly type: 'yield';
      readonly token: string;
      readonly afterMs: number;
      readonly progress?: number | undefined;
    }
  | { readonly type: 'succeed'; readonly token: string; readonly completion: Completion }
  | {
      readonly type: 'fail';
      readonly token: string;
      readonly error: Failure;
      readonly answeredAsProblem?: boolean;
      /** `false`: the client has been answered, and retention ends at once. */
      readonly kept?: boolean;
    }
  | { readonly type: 'cancel' }
  /** The deadline has passed before the operation finished. */
  | { readonly type: 'pass-deadline' }
  /** Nobody works on the operation, so it gets a new task. With `orphaned` that is so although its lease still runs. */
  | { readonly type: 'requeue'; readonly orphaned?: boolean };

/** The result of the work, and what is known of how it was made. */
export interface Completion {
  /** Absent where no language model was asked. */
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
  readonly latency_ms: number;
  readonly result: unknown;
  readonly usage?:
    | { input_tokens: number; output_tokens: number; cached_tokens?: number | undefined }
    | undefined;
  readonly prompt_version?: string | undefined;
}

/** How long and how often an operation may be worked on before it fails. */
export interface Limits {
  readonly maxAttempts: number;
  readonly maxAgeMs: number;
}

export interface Failure {
  readonly code: string;
  readonly message: string;
}

/**
 * Why an event does not apply. `finished`: the operation is terminal. `held`: somebody else holds the lease. `lease-lost`: the
 * sender's lease is not the current one. `not-due`: the operation, or its next attempt, is not due yet.
 */
export type Refusal = { readonly refused: 'finished' | 'held' | 'lease-lost' | 'not-due' };

/** Whether the deadline has passed, however many attempts are left. */
export const isPastDeadline = (op: Operation, maxAgeMs: number, now: number): boolean =>
  now - op.created_at >= maxAgeMs;

export const DEADLINE_EXCEEDED: Failure = {
  code: 'deadline-exceeded',
  message: 'The operation was not finished within its time.',
};

/** No attempt came to an end: each time the process that worked on it was killed. */
const ATTEMPTS_EXHAUSTED: Failure = {
  code: 'attempts-exhausted',
  message: 'Every attempt at the operation was cut short.',
};

/** A delivery may come so much before its time, because the clocks of two machines differ. */
const EARLY_MS = 250;

/** A task gets so long to arrive before the sweep makes another. The time doubles with each task. */
export const DELIVERY_GRACE_MS = 30_000;
const LONGEST_GRACE_MS = 15 * 60_000;

export const deliveryGrace = (generation: number): number =>
  Math.min(DELIVERY_GRACE_MS * 2 ** Math.min(generation, 10), LONGEST_GRACE_MS);

export const isRefusal = (outcome: Operation | Refusal): outcome is Refusal => 'refused' in outcome;

/**
 * Applies `event` at `now` (milliseconds since the epoch): resolves to the changed operation, or to why the event does not
 * apply. Pure. Every rule about an operation's life is here and nowhere else. Finished operations never change.
 */
export function transition(op: Operation, event: Event, now: number): Operation | Refusal {
  if (isFinished(op)) return { refused: 'finished' };
  switch (event.type) {
    case 'claim':
      return claim(op, event, now);
    case 'cancel':
      return { ...settled(op, now), status: 'cancelled' };
    case 'pass-deadline':
      return failed(op, DEADLINE_EXCEEDED, now);
    case 'requeue':
      return requeue(op, event.orphaned ?? false, now);
    case 'retry':
    case 'hand-over':
    case 'progress':
    case 'yield':
    case 'succeed':
    case 'fail':
      return op.lease?.token === event.token ? byHolder(op, event, now) : { refused: 'lease-lost' };
  }
}

type HolderEvent = Extract<Event, { readonly token: string }>;

function byHolder(held: Unfinished, event: HolderEvent, now: number): Operation {
  const op = event.spent === undefined ? held : { ...held, spent: event.spent };
  switch (event.type) {
    case 'retry':
      return rescheduled(op, event.afterMs, now);
    case 'hand-over':
      return waiting(op, now, now + (event.afterMs ?? 0), op.generation);
    case 'progress':
      return { ...op, updated_at: later(op, now), progress: risen(op, event.fraction) };
    case 'yield':
      return yielded(op, event, now);
    case 'succeed':
      return {
        ...settled(op, now),
        ...defined(event.completion),
        status: 'succeeded',
        result: event.completion.result,
      };
    case 'fail':
      return {
        ...failed(op, event.error, now),
        ...(event.answeredAsProblem === true && { answered_as_problem: true }),
        // In the past by any machine's clock, since the key's next request may reach another machine.
        ...(event.kept === false && { expire_at: op.created_at }),
      };
  }
}

/**
 * A claim is allowed if nobody holds the lease, if the lease has run out, or if a later dispatch of the same task makes it.
 * A queue dispatches a task again only after the earlier dispatch ended, so its holder is gone. There is one exception: if
 * the previous dispatch was a duplicate that was refused as `held`, the holder may still work.
 */
function claim(
  op: Unfinished,
  { lease, refusedBefore = false, leaseMs, limits }: Extract<Event, { type: 'claim' }>,
  now: number,
): Operation | Refusal {
  const held = op.lease !== undefined && op.lease.expires_at > now;
  const redelivered = !refusedBefore && op.lease?.task === lease.task && op.lease.dispatch < lease.dispatch;
  if (held && !redelivered) return { refused: 'held' };
  if (op.resume_at !== undefined && now < op.resume_at - EARLY_MS) return { refused: 'not-due' };
  if (isPastDeadline(op, limits.maxAgeMs, now)) return failed(op, DEADLINE_EXCEEDED, now);
  if (op.attempts >= limits.maxAttempts) return failed(op, ATTEMPTS_EXHAUSTED, now);
  const expires_at = now + leaseMs;
  const { resume_at: _, ...rest } = op;
  return {
    ...rest,
    status: 'running',
    attempts: op.attempts + 1,
    updated_at: later(op, now),
    due_at: expires_at,
    lease: { ...lease, expires_at },
  };
}

/** Schedules the next task. Its grace starts again at the shortest, because no earlier task was lost. */
const rescheduled = (op: Unfinished, afterMs: number, now: number): Unfinished => ({
  ...waiting(op, now, now + afterMs, 0),
  generation: op.generation + 1,
});

/** Counts attempts from zero again: a step that ended well is not a try of the same work. */
const yielded = (
  op: Unfinished,
  { afterMs, progress }: Extract<Event, { type: 'yield' }>,
  now: number,
): Unfinished => ({
  ...rescheduled(op, afterMs, now),
  status: 'running',
  attempts: 0,
  ...(progress !== undefined && { progress: risen(op, progress) }),
});

const risen = (op: Unfinished, fraction: number): number => Math.max(op.progress ?? 0, Math.min(1, fraction));

/** An orphan may still wait for its next attempt; requeueing does not make that sooner. */
function requeue(op: Unfinished, orphaned: boolean, now: number): Operation | Refusal {
  if (!orphaned && op.due_at > now) return { refused: 'not-due' };
  const generation = op.generation + 1;
  return { ...waiting(op, now, op.resume_at ?? now, generation), generation };
}

/** Nobody holds the operation until a task takes it up at `at`. `generation` says how long the task may take to arrive. */
function waiting(op: Unfinished, now: number, at: number, generation: number): Unfinished {
  const { lease: _, resume_at: __, ...rest } = op;
  const due_at = Math.max(now, at) + deliveryGrace(generation);
  return { ...rest, updated_at: later(op, now), due_at, ...(at > now && { resume_at: at }) };
}

const failed = (op: Unfinished, error: Failure, now: number): Extract<Operation, { status: 'failed' }> => ({
  ...settled(op, now),
  status: 'failed',
  error,
});

type Settled = Omit<Finished, 'status' | 'result' | 'error'>;

function settled(op: Unfinished, now: number): Settled {
  const { lease: _, due_at: __, progress: ___, status: ____, resume_at: _____, ...rest } = op;
  const at = later(op, now);
  return { ...rest, updated_at: at, completed_at: at };
}

/** The times of a record never run backwards, even if the clocks of two machines differ. */
const later = (op: Unfinished, now: number): number => Math.max(op.updated_at, now);

const defined = <T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as never;
