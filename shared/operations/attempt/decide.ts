import type { Unfinished } from '../record/record.ts';
import {
  type Completion,
  DEADLINE_EXCEEDED,
  type Failure,
  isPastDeadline,
  type Limits,
} from '../record/transitions.ts';
import type { AttemptEnd } from './attempt.ts';
import { pauseBeforeNext } from './pause.ts';

interface Fails {
  readonly kind: 'fail';
  readonly error: Failure;
}

/** What becomes of an operation after an attempt. */
export type Decision =
  | { readonly kind: 'succeed'; readonly completion: Completion }
  | Fails
  /** The next step runs in a new task. */
  | { readonly kind: 'yield'; readonly afterMs: number; readonly progress?: number | undefined }
  /** Another attempt runs in a new task. `throttled`: the provider asked for fewer calls, so the queue slows down. */
  | { readonly kind: 'retry'; readonly afterMs: number; readonly throttled: boolean }
  /** The operation belongs to another attempt now, or is finished. */
  | { readonly kind: 'drop' };

/** Attempt ends after which another attempt may succeed. */
type Failing = Extract<AttemptEnd, { kind: 'unavailable' | 'timed-out' | 'crashed' }>;

/** Decides from how the attempt ended, the attempts made so far (this one included), and the limits. Pure. */
export function decide(
  end: AttemptEnd,
  op: Unfinished,
  limits: Limits,
  now: number,
  random?: () => number,
): Decision {
  switch (end.kind) {
    case 'succeeded':
      return { kind: 'succeed', completion: end.completion };
    case 'rejected':
      return { kind: 'fail', error: { code: end.error.code, message: end.error.message } };
    case 'aborted':
      return { kind: 'drop' };
    case 'yielded':
      return isPastDeadline(op, limits.maxAgeMs, now)
        ? { kind: 'fail', error: DEADLINE_EXCEEDED }
        : { ...end, kind: 'yield' };
    case 'unavailable':
    case 'timed-out':
    case 'crashed':
      break;
  }
  if (isPastDeadline(op, limits.maxAgeMs, now)) return { kind: 'fail', error: DEADLINE_EXCEEDED };
  if (op.attempts >= limits.maxAttempts) return { kind: 'fail', error: LAST_FAILURES[end.kind] };
  const afterMs = pauseAfter(end, op, limits, now, random);
  if (afterMs === undefined) return { kind: 'fail', error: ASKED_TOO_LONG };
  return { kind: 'retry', afterMs, throttled: end.kind === 'unavailable' && end.error.throttled };
}

/** Decides about an operation whose synchronous window closed without an answer. The window does not count as an attempt. */
export function decideWindow(
  end: Exclude<AttemptEnd, { kind: 'succeeded' | 'rejected' | 'crashed' }>,
  op: Unfinished,
  limits: Limits,
  now: number,
  random?: () => number,
): Fails | { readonly kind: 'hand-over'; readonly afterMs: number } {
  // The provider was too slow for the window, but it is not away: no pause.
  if (end.kind !== 'unavailable') return { kind: 'hand-over', afterMs: 0 };
  const afterMs = pauseAfter(end, op, limits, now, random);
  return afterMs === undefined ? { kind: 'fail', error: ASKED_TOO_LONG } : { kind: 'hand-over', afterMs };
}

/** Milliseconds until the next attempt; `undefined` if the provider asked for a pause beyond the operation's deadline. */
function pauseAfter(
  end: Failing,
  { attempts, created_at }: Unfinished,
  { maxAgeMs }: Limits,
  now: number,
  random?: () => number,
): number | undefined {
  const askedMs = end.kind === 'unavailable' ? end.error.retryAfterMs : undefined;
  const leftMs = created_at + maxAgeMs - now;
  if (askedMs !== undefined && askedMs >= leftMs) return undefined;
  return pauseBeforeNext({ attempts, askedMs, leftMs }, random);
}

const ASKED_TOO_LONG: Failure = {
  code: 'provider-unavailable',
  message: 'The language model asked to be left alone for longer than the operation may take.',
};

const LAST_FAILURES: Readonly<Record<Failing['kind'], Failure>> = {
  unavailable: {
    code: 'provider-unavailable',
    message: 'The language model was not available within the operation’s attempts and time.',
  },
  'timed-out': {
    code: 'provider-timeout',
    message: 'The language model did not answer in time at any attempt.',
  },
  crashed: {
    code: 'internal-error',
    message: 'The text could not be analysed. The fault has been logged.',
  },
};
