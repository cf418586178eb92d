import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, GRPC, isTransient } from '../../../grpc-status.ts';
import { StoreUnavailable } from '../port.ts';
import type { Cancellable } from './client.ts';

/** Begins an RPC. `done` is told how it ended. */
export type Start<T> = (done: (error: unknown, value?: T) => void) => Cancellable;

export interface Budget {
  /** When the last attempt ends, on the clock of `performance.now()`. */
  readonly deadline: number;
  /** Time for one attempt, ms. */
  readonly attemptTimeoutMs: number;
}

/**
 * Makes the call once. Rejects as the client does, or with `DEADLINE_EXCEEDED`.
 *
 * The deadline is kept here, because the client's own does not cover streams over REST. When it passes, an answer that has
 * arrived meanwhile is read first: a process that had no processor time must not take that for silence.
 */
export function callOnce<T>(start: Start<T>, { deadline, attemptTimeoutMs }: Budget): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timeout = Math.min(attemptTimeoutMs, deadline - performance.now());
  if (timeout <= 0) return Promise.reject(lateAfter(0));
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  const call = start((error, value) => {
    ended = true;
    clearTimeout(timer);
    if (error) reject(error);
    else resolve(value as T);
  });
  const giveUp = () => {
    if (ended) return;
    reject(lateAfter(timeout));
    call.cancel();
  };
  if (!ended) timer = setTimeout(() => setImmediate(giveUp), timeout);
  return promise;
}

const lateAfter = (ms: number): Error =>
  Object.assign(new Error(`no answer in ${Math.round(ms)} ms`), { code: GRPC.DEADLINE_EXCEEDED });

/**
 * Makes a reading call, and repeats it while it fails in a way that may pass.
 * @throws {StoreUnavailable} it failed in another way, or did not succeed within the budget
 */
export async function callUntilAnswered<T>(start: Start<T>, budget: Budget): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await callOnce(start, budget);
    } catch (error) {
      await pauseAfter(error, failures, budget.deadline);
    }
  }
}

/**
 * Waits before the next attempt: exponential backoff with full jitter.
 * @throws {StoreUnavailable} the fault does not pass, or the time is up, so there is no other attempt
 */
export async function pauseAfter(error: unknown, failures: number, deadline: number): Promise<void> {
  const pause = Math.random() * Math.min(1000, 50 * 2 ** failures);
  if (!isTransient(error) || performance.now() + pause >= deadline) throw faultOf(error);
  await sleep(pause);
}

/** The error that the store reports for a failed call. An invalid argument is a bug, not an outage. */
export const faultOf = (error: unknown): unknown =>
  codeOf(error) === GRPC.INVALID_ARGUMENT
    ? error
    : new StoreUnavailable(`Firestore: ${(error as Error).message}`, { cause: error });
