import { AbortError, DeadlineError, type ErrorContext } from './errors.ts';

export interface CallBounds {
  readonly signal?: AbortSignal | undefined;
  readonly deadlineMs: number;
}

/** One call of the client, over all of its requests and pauses. */
export interface Call {
  /** Aborted when the call is over: by the caller's signal, by the deadline, or because it ended. */
  readonly signal: AbortSignal;
  readonly idempotencyKey: string | undefined;
  /** Set as soon as it is known. */
  operationId: string | undefined;
  /** How many requests got no answer, so that nobody knows whether they were carried out. */
  unanswered: number;
  /** A request is given up after so many failures in a row. */
  mostFailures: number;
  /** What every error of this call says. */
  context(): ErrorContext;
  /** Milliseconds until the deadline. */
  left(): number;
  /** @throws {AbortError | DeadlineError} the call is over */
  throwIfOver(): void;
  /** @throws {AbortError | DeadlineError} the call is over, or ended during the pause */
  pause(ms: number): Promise<void>;
}

const MOST_FAILURES = 6;
/** The longest delay of `setTimeout`; a longer one fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Runs a call within its bounds. It rejects as soon as a bound is reached, whatever `work` waits for at that moment.
 * @throws {AbortError | DeadlineError} and whatever `work` throws
 */
export async function withinBounds<T>(
  { signal, deadlineMs }: CallBounds,
  known: { readonly operationId?: string | undefined; readonly idempotencyKey?: string | undefined },
  work: (call: Call) => Promise<T>,
): Promise<T> {
  const end = performance.now() + deadlineMs;
  const over = new AbortController();
  let bound: (() => AbortError | DeadlineError) | undefined;
  let rejectCall: (error: Error) => void = () => undefined;
  const reached = new Promise<never>((_, reject) => {
    rejectCall = reject;
  });
  const endBy = (error: () => AbortError | DeadlineError) => {
    bound ??= error;
    rejectCall(bound());
    over.abort();
  };
  const context = (): ErrorContext => ({
    operationId: call.operationId,
    idempotencyKey: call.idempotencyKey,
  });
  const abort = () =>
    endBy(() => new AbortError('The call was aborted.', { ...context(), cause: signal?.reason }));
  const call: Call = {
    signal: over.signal,
    operationId: known.operationId,
    idempotencyKey: known.idempotencyKey,
    unanswered: 0,
    mostFailures: MOST_FAILURES,
    context,
    left: () => Math.max(0, end - performance.now()),
    throwIfOver() {
      if (bound !== undefined) throw bound();
    },
    async pause(ms) {
      call.throwIfOver();
      await delay(ms, over.signal);
      call.throwIfOver();
    },
  };
  const timer =
    deadlineMs <= LONGEST_TIMER_MS
      ? setTimeout(
          () => endBy(() => new DeadlineError(`The call took longer than ${deadlineMs} ms.`, context())),
          deadlineMs,
        )
      : undefined;
  if (signal?.aborted === true) abort();
  else signal?.addEventListener('abort', abort, { once: true });
  try {
    // Before any work, and so that the rejection has its handler.
    if (bound !== undefined) return await reached;
    return await Promise.race([reached, work(call)]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    over.abort();
  }
}

/** Resolves after `ms`, or sooner if the signal is aborted. */
function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
