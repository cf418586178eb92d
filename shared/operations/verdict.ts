import type { Ending } from './attempt.ts';
import type { Unfinished } from './record.ts';
import { DEADLINE_EXCEEDED, type Failure, isTooOld, type Limits, type Outcome } from './transitions.ts';

/** What becomes of an operation after an attempt. */
export type Verdict =
  | { readonly kind: 'succeed'; readonly outcome: Outcome }
  | { readonly kind: 'fail'; readonly error: Failure }
  /** On with the next step, by a task of its own. */
  | { readonly kind: 'yield'; readonly afterMs: number; readonly progress?: number | undefined }
  /**
   * The queue delivers again within `afterMs`. `throttled`: the provider itself asked for less, and the whole queue is
   * to slow down, for `askedMs` if it said how long.
   */
  | {
      readonly kind: 'retry';
      readonly afterMs: number;
      readonly askedMs?: number;
      readonly throttled: boolean;
    }
  /** The operation is no longer this attempt's. */
  | { readonly kind: 'drop' };

/** The longest pause the queue makes between two deliveries of a task. */
export const LONGEST_BACKOFF_MS = 60_000;

/** Decides from how the attempt ended, the attempts made so far (this one included), and the limits. Pure. */
export function verdict(ending: Ending, op: Unfinished, limits: Limits, now: number): Verdict {
  switch (ending.kind) {
    case 'succeeded':
      return { kind: 'succeed', outcome: ending.outcome };
    case 'rejected':
      return { kind: 'fail', error: { code: ending.error.code, message: ending.error.message } };
    case 'aborted':
      return { kind: 'drop' };
    case 'yielded':
      return isTooOld(op, limits.maxAgeMs, now)
        ? { kind: 'fail', error: DEADLINE_EXCEEDED }
        : { ...ending, kind: 'yield' };
    case 'unavailable':
    case 'timed-out':
    case 'crashed':
      break;
  }
  if (isTooOld(op, limits.maxAgeMs, now)) return { kind: 'fail', error: DEADLINE_EXCEEDED };
  if (op.attempts >= limits.maxAttempts) return { kind: 'fail', error: lastFailure(ending.kind) };
  const { retryAfterMs, throttled } =
    ending.kind === 'unavailable' ? ending.error : { retryAfterMs: undefined, throttled: false };
  const leftMs = op.created_at + limits.maxAgeMs - now;
  if (retryAfterMs !== undefined && retryAfterMs >= leftMs)
    return { kind: 'fail', error: lastFailure('unavailable') };
  return {
    kind: 'retry',
    afterMs: Math.max(retryAfterMs ?? 0, LONGEST_BACKOFF_MS),
    ...(retryAfterMs !== undefined && { askedMs: retryAfterMs }),
    throttled,
  };
}

const lastFailure = (kind: 'unavailable' | 'timed-out' | 'crashed'): Failure => {
  switch (kind) {
    case 'unavailable':
      return {
        code: 'provider-unavailable',
        message: 'The language model was not available within the operation’s attempts and time.',
      };
    case 'timed-out':
      return {
        code: 'provider-timeout',
        message: 'The language model did not answer in time at any attempt.',
      };
    case 'crashed':
      return {
        code: 'internal-error',
        message: 'The text could not be analysed. The fault has been logged.',
      };
  }
};
