import type { Unfinished } from '../record/record.ts';
import {
  DEADLINE_EXCEEDED,
  type Failure,
  isTooOld,
  type Limits,
  type Outcome,
} from '../record/transitions.ts';
import type { Ending } from './attempt.ts';
import { pauseBeforeNext } from './pause.ts';

interface Fails {
  readonly kind: 'fail';
  readonly error: Failure;
}

/** What becomes of an operation after an attempt. */
export type Verdict =
  | { readonly kind: 'succeed'; readonly outcome: Outcome }
  | Fails
  /** On with the next step, by a task of its own. */
  | { readonly kind: 'yield'; readonly afterMs: number; readonly progress?: number | undefined }
  /** Another attempt, by a task of its own. `throttled`: the provider itself asked for less, and so is the queue. */
  | { readonly kind: 'retry'; readonly afterMs: number; readonly throttled: boolean }
  /** The operation is no longer this attempt's. */
  | { readonly kind: 'drop' };

/** Ends of an attempt after which another may come to something. */
type Failing = Extract<Ending, { kind: 'unavailable' | 'timed-out' | 'crashed' }>;

/** Decides from how the attempt ended, the attempts made so far (this one included), and the limits. Pure. */
export function verdict(
  ending: Ending,
  op: Unfinished,
  limits: Limits,
  now: number,
  random?: () => number,
): Verdict {
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
  if (op.attempts >= limits.maxAttempts) return { kind: 'fail', error: LAST_FAILURES[ending.kind] };
  const afterMs = pauseAfter(ending, op, limits, now, random);
  if (afterMs === undefined) return { kind: 'fail', error: ASKED_TOO_LONG };
  return { kind: 'retry', afterMs, throttled: ending.kind === 'unavailable' && ending.error.throttled };
}

/** What becomes of an operation whose synchronous window closed without an answer. Its attempt is none of the worker's. */
export function verdictOnWindow(
  ending: Exclude<Ending, { kind: 'succeeded' | 'rejected' | 'crashed' }>,
  op: Unfinished,
  limits: Limits,
  now: number,
  random?: () => number,
): Fails | { readonly kind: 'hand-over'; readonly afterMs: number } {
  // Too slow for a window is not away.
  if (ending.kind !== 'unavailable') return { kind: 'hand-over', afterMs: 0 };
  const afterMs = pauseAfter(ending, op, limits, now, random);
  return afterMs === undefined ? { kind: 'fail', error: ASKED_TOO_LONG } : { kind: 'hand-over', afterMs };
}

/** `undefined`: the provider asked to be left alone until the operation's time is over. */
function pauseAfter(
  ending: Failing,
  { attempts, created_at }: Unfinished,
  { maxAgeMs }: Limits,
  now: number,
  random?: () => number,
): number | undefined {
  const askedMs = ending.kind === 'unavailable' ? ending.error.retryAfterMs : undefined;
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
