import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailable } from '../port.ts';

/** gRPC status codes (grpc.io/docs/guides/status-codes), as the client puts them into `error.code`. */
export const CODE = {
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  FAILED_PRECONDITION: 9,
} as const;

/** CANCELLED and UNKNOWN are here because a torn connection shows as one of them. */
const TRANSIENT: ReadonlySet<number> = new Set([
  1 /* CANCELLED */, 2 /* UNKNOWN */, 4 /* DEADLINE_EXCEEDED */, 8 /* RESOURCE_EXHAUSTED */, 10 /* ABORTED */,
  13 /* INTERNAL */, 14 /* UNAVAILABLE */,
]);

export interface Budget {
  /** When the last attempt ends, on the clock of `performance.now()`. */
  readonly deadline: number;
  /** Time for one attempt, ms. */
  readonly attemptTimeoutMs: number;
}

/** What each RPC is called with. Retries of the client's own are off, since they outlive every budget. */
export interface CallOptions {
  timeout: number;
  retry: null;
  retryRequestOptions: { retries: 0; noResponseRetries: 0 };
}

/** An RPC under way: a unary one is a promise, a streamed one its collected answers. */
export interface Call<T> {
  readonly answer: Promise<T>;
  cancel(): void;
}

export interface Outcome<T> {
  readonly value: T;
  /** An earlier attempt ended without an answer, so it may have been carried out too. */
  readonly repeated: boolean;
}

/** The RPC was answered with a code that decides the matter. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: number;
  readonly repeated: boolean;

  constructor(cause: Error & { code: number }, repeated: boolean) {
    super(cause.message, { cause });
    this.code = cause.code;
    this.repeated = repeated;
  }
}

/**
 * Makes the call, repeating it while it fails in a way that may pass, with exponential backoff and full jitter.
 * @throws {Refused} it was answered with one of the codes in `refusals`
 * @throws {StoreUnavailable} it was answered with another, or not within the budget
 */
export async function attempt<T>(
  call: (options: CallOptions) => Call<T>,
  { deadline, attemptTimeoutMs }: Budget,
  refusals: ReadonlySet<number>,
): Promise<Outcome<T>> {
  for (let failures = 0; ; failures += 1) {
    const timeout = Math.max(1, Math.min(attemptTimeoutMs, deadline - performance.now()));
    try {
      return { value: await withDeadline(call, timeout), repeated: failures > 0 };
    } catch (error) {
      if (isCoded(error) && refusals.has(error.code)) throw new Refused(error, failures > 0);
      const pause = Math.random() * Math.min(1000, 50 * 2 ** failures);
      const again = isCoded(error) && TRANSIENT.has(error.code) && performance.now() + pause < deadline;
      if (!again) throw new StoreUnavailable(`Firestore: ${(error as Error).message}`, { cause: error });
      await sleep(pause);
    }
  }
}

/** The client's own deadline does not cover the fetching of a token, nor streams over REST. */
async function withDeadline<T>(call: (options: CallOptions) => Call<T>, timeout: number): Promise<T> {
  const under = call({ timeout, retry: null, retryRequestOptions: { retries: 0, noResponseRetries: 0 } });
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(
      Object.assign(new Error(`no answer in ${Math.round(timeout)} ms`), { code: CODE.DEADLINE_EXCEEDED }),
    );
    under.cancel();
  }, timeout);
  try {
    return await Promise.race([under.answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

const isCoded = (error: unknown): error is Error & { code: number } =>
  error instanceof Error && 'code' in error && typeof error.code === 'number';
