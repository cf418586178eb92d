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

/** How one attempt ended. `spent` is what the operation has spent so far, over all its attempts. */
export type AttemptEnd = End & { readonly spent?: Spent };

type End =
  | { readonly kind: 'succeeded'; readonly completion: Completion }
  /** One step is done; the work goes on in another attempt. */
  | ({ readonly kind: 'yielded' } & Omit<Yield, 'kind'>)
  /** Asking again cannot help. */
  | { readonly kind: 'rejected'; readonly error: ProviderRejected }
  /** Asking again later may help. */
  | { readonly kind: 'unavailable'; readonly error: ProviderUnavailable }
  | { readonly kind: 'timed-out' }
  /** The operation was cancelled, or another attempt has taken it over. */
  | { readonly kind: 'aborted' }
  /** A fault of this service. */
  | { readonly kind: 'crashed'; readonly error: unknown };

export interface AttemptRequest {
  readonly kind: Kind;
  readonly input: Input;
  readonly children?: RunContext['children'];
  readonly elapsedMs?: number;
  readonly timeoutMs: number;
  /** Ends the attempt when it is aborted. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number) => void;
  /** What earlier attempts have spent. */
  readonly spent?: Spent | undefined;
  readonly triesAgainAfter?: RunContext['triesAgainAfter'];
  readonly traceparent: string | undefined;
  /** Carries the ids of the operation and its tenant. */
  readonly log: Log;
}

const OUT_OF_TIME = new Error('the attempt ran out of time');

/** An aborted call gets so long to end; then the attempt ends without it. */
const LETTING_GO_MS = 1000;

/**
 * Runs the work once, for at most `timeoutMs`, and writes the attempt's log line. Never rejects. On timeout the work is
 * aborted; if it succeeds all the same, its result counts. The provider call has ended when this resolves.
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
  // The signal outlives the attempt, so its listener must not keep the attempt in memory.
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
