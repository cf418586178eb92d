import type { Log } from '../../log.ts';
import {
  type Input,
  type Kind,
  ProviderRejected,
  ProviderUnavailable,
  type RunContext,
  type Yield,
} from '../kind.ts';
import type { Spent } from '../record/record.ts';
import type { Completion } from '../record/transitions.ts';

/** How one attempt ended, and what the operation has spent by then, over all its attempts. */
export type AttemptEnd = End & { readonly spent?: Spent };

type End =
  | { readonly kind: 'succeeded'; readonly completion: Completion }
  /** A step of it. */
  | ({ readonly kind: 'yielded' } & Omit<Yield, 'kind'>)
  /** Asking again cannot help. */
  | { readonly kind: 'rejected'; readonly error: ProviderRejected }
  /** Asking again later may help. */
  | { readonly kind: 'unavailable'; readonly error: ProviderUnavailable }
  | { readonly kind: 'timed-out' }
  /** The operation was taken from this attempt: cancelled, or held by another. */
  | { readonly kind: 'aborted' }
  /** A fault of ours. */
  | { readonly kind: 'crashed'; readonly error: unknown };

export interface AttemptRequest {
  readonly kind: Kind;
  readonly input: Input;
  readonly children?: RunContext['children'];
  readonly elapsedMs?: number;
  readonly timeoutMs: number;
  /** Takes the work away. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number) => void;
  /** By earlier attempts. */
  readonly spent?: Spent | undefined;
  readonly triesAgainAfter?: RunContext['triesAgainAfter'];
  readonly traceparent: string | undefined;
  /** Carries the ids of the operation and its tenant. */
  readonly log: Log;
}

const OUT_OF_TIME = new Error('the attempt ran out of time');

/** How long an aborted call may take to let go before its answer is not waited for any more. */
const LETTING_GO_MS = 1000;

/**
 * Runs the work once, for at most `timeoutMs`, and writes the attempt's log line. Never rejects. When it resolves, the
 * provider call has ended: it is aborted on timeout, and one that succeeds while being aborted still counts.
 */
export async function attempt(request: AttemptRequest): Promise<AttemptEnd> {
  const { kind, input, timeoutMs, onProgress, triesAgainAfter, traceparent, log } = request;
  const { children = childless, elapsedMs = 0 } = request;
  const started = performance.now();
  const ended = new AbortController();
  const { signal } = ended;
  const takeAway = () => ended.abort(request.signal?.reason);
  const timer = setTimeout(() => ended.abort(OUT_OF_TIME), timeoutMs);
  if (request.signal?.aborted) takeAway();
  else request.signal?.addEventListener('abort', takeAway, { once: true });
  let { spent } = request;
  const onSpent = (total: Spent) => {
    spent = total;
  };
  const work = async (): Promise<End> => {
    const told = { onSpent, ...(onProgress && { onProgress }) };
    const context = { children, elapsedMs, signal, traceparent, triesAgainAfter, spent, ...told };
    const done = await kind.run(input, context);
    if ('kind' in done) return { ...done, kind: 'yielded' };
    const latency_ms = Math.round(performance.now() - started);
    return { kind: 'succeeded', completion: { latency_ms, ...done } };
  };
  const failed = (error: unknown): End => {
    if (signal.aborted) return { kind: signal.reason === OUT_OF_TIME ? 'timed-out' : 'aborted' };
    if (error instanceof ProviderRejected) return { kind: 'rejected', error };
    if (error instanceof ProviderUnavailable) return { kind: 'unavailable', error };
    return { kind: 'crashed', error };
  };
  const { promise: letGo, resolve } = Promise.withResolvers<End>();
  const giveUp = () => setTimeout(() => resolve(failed(signal.reason)), LETTING_GO_MS).unref();
  if (signal.aborted) giveUp();
  else signal.addEventListener('abort', giveUp, { once: true });
  const end = await Promise.race([work().catch(failed), letGo]);
  const ending: AttemptEnd = spent === undefined ? end : { ...end, spent };
  clearTimeout(timer);
  // What outlives the attempt is not to keep what it knew.
  request.signal?.removeEventListener('abort', takeAway);
  record(log, ending, Math.round(performance.now() - started));
  return ending;
}

const childless = () => Promise.reject(new Error('only the worker starts operations for another'));

function record(log: Log, ending: AttemptEnd, duration_ms: number): void {
  const { spent } = ending;
  const fields = { outcome: ending.kind, duration_ms, ...(spent && { spent }) };
  if (ending.kind === 'succeeded') {
    const { result: _, latency_ms: __, ...completion } = ending.completion;
    log.info({ ...fields, ...completion }, 'attempt');
  } else if (ending.kind === 'timed-out' || ending.kind === 'aborted' || ending.kind === 'yielded') {
    log.info(fields, 'attempt');
  } else {
    log[ending.kind === 'crashed' ? 'error' : 'warn']({ ...fields, err: ending.error }, 'attempt');
  }
}
