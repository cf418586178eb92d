import { randomUUID } from 'node:crypto';
import { ClientGone, Problem } from '../../errors.ts';
import type { Endpoint, Input } from '../../kinds.ts';
import { attempt, type Ending } from '../attempt/attempt.ts';
import { attemptLog } from '../attempt/attempt-log.ts';
import { verdictOnWindow } from '../attempt/decide.ts';
import { watchHold } from '../attempt/lease-watch.ts';
import { Hold, tooLarge } from '../attempt/leased-record.ts';
import { persistently } from '../attempt/persistently.ts';
import { isFinished, type Lease, type Operation, type Unfinished } from '../record/record.ts';
import { type Event, isRefusal, transition } from '../record/transitions.ts';
import type { Services } from '../services.ts';
import { RecordTooLarge, StoreUnavailable } from '../store/port.ts';
import { admitToWindow, type Taken } from './create.ts';
import { enqueue } from './enqueue.ts';

/** What a synchronous attempt may take beyond its window: letting go of the provider, and its last write. */
const MARGIN_MS = 10_000;

export interface WindowRequest {
  readonly endpoint: Endpoint;
  readonly input: Input;
  readonly traceparent: string;
  /** A signal that is aborted when the client has gone. */
  readonly gone: () => AbortSignal;
}

/** The operation is answered, or the queue's by now; or the key's first request has it. */
export type InWindow = { readonly kind: 'answered'; readonly operation: Operation } | Taken;

/** A draft that is worked on while its client waits, and what is known of it. */
interface Open {
  readonly draft: Unfinished & { readonly lease: Lease };
  /** Absent without a key: nobody can ask for the operation before it is answered, so nothing is written until then. */
  readonly hold: Hold | undefined;
  readonly signal: AbortSignal;
  /** End of the lease, on the clock of `performance.now()`. */
  readonly until: number;
}

/**
 * Works on a request while its client waits, for at most `windowMs`; then, or where waiting may cure how the provider
 * failed, it is the queue's.
 * @throws {Problem} a refusal of the provider, of the quota or of the idempotency key
 * @throws {ClientGone} there is no key to come back with: nothing is recorded
 */
export async function answerInWindow(
  services: Services,
  request: WindowRequest,
  operation: Unfinished,
  windowMs: number,
): Promise<InWindow> {
  const { now, store } = services;
  const expires_at = now() + windowMs + MARGIN_MS;
  const until = performance.now() + windowMs + MARGIN_MS;
  const lease: Lease = { token: randomUUID(), task: 'synchronous', dispatch: 0, expires_at };
  const wanted = { ...operation, lease, due_at: expires_at };
  const admitted = await admitToWindow(services, wanted);
  if (admitted.kind === 'taken') return admitted;
  const { place, stored } = admitted;
  const draft = { ...wanted, ...(stored && { id: stored.operation.id }) };
  const hold = stored && new Hold(store, stored, now);
  const open: Open = { draft, hold, signal: request.gone(), until };
  try {
    const answered = await settle(services, open, await attemptInWindow(services, request, open, windowMs));
    if (isFinished(answered)) place.free();
    return { kind: 'answered', operation: answered };
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) place.free();
    throw error;
  } finally {
    place.recorded();
  }
}

async function attemptInWindow(
  services: Services,
  { endpoint, input, traceparent }: WindowRequest,
  { draft, hold, signal }: Open,
  timeoutMs: number,
): Promise<Ending> {
  const { now, store, provider, limits } = services;
  const log = attemptLog(services, draft, 0);
  // With a key it stands in the list, and may be cancelled there.
  const watch = hold && watchHold(store, hold, draft.lease.token, log);
  const ending = await attempt({
    endpoint,
    input,
    provider,
    timeoutMs,
    signal: watch?.signal ?? signal,
    triesAgainAfter: (error) =>
      verdictOnWindow({ kind: 'unavailable', error }, draft, limits, now()).kind === 'hand-over',
    traceparent,
    log,
  });
  watch?.stop();
  return ending;
}

/**
 * Records how the attempt ended: its answer, its refusal, or that the queue takes over. What the provider has said it is
 * not asked again, as long as the store takes it before the lease ends.
 */
async function settle(services: Services, open: Open, ending: Ending): Promise<Operation> {
  const { hold, until } = open;
  const { token } = open.draft.lease;
  const { spent } = ending;
  switch (ending.kind) {
    case 'succeeded':
      return persistently(
        () => write(services, open, { type: 'succeed', token, outcome: ending.outcome, spent }),
        until,
      );
    case 'rejected':
    case 'crashed': {
      const problem = problemOf(ending);
      if (hold === undefined) throw problem;
      const error = { code: problem.code, message: problem.message };
      // Of what is the account's fault nothing is kept: its client asks again with its key when that is mended.
      const kept = problem.code !== 'provider-config-missing';
      const fail: Event = { type: 'fail', token, error, answeredAsProblem: true, kept, spent };
      const written = await persistently(() => hold.write(fail), until);
      if (written.kind === 'lost') return present(services, open);
      throw problem;
    }
    case 'aborted':
      if (hold !== undefined) return present(services, open);
      break;
    default:
  }
  if (hold === undefined && open.signal.reason instanceof ClientGone) throw open.signal.reason;
  const decided = verdictOnWindow(ending, open.draft, services.limits, services.now());
  if (decided.kind === 'fail')
    return write(services, open, { type: 'fail', token, error: decided.error, spent });
  const { afterMs } = decided;
  const operation = await write(services, open, { type: 'hand-over', token, afterMs, spent });
  if (isFinished(operation)) return operation;
  await enqueue(services, operation);
  return operation;
}

const problemOf = (ending: Extract<Ending, { kind: 'rejected' | 'crashed' }>): Problem =>
  ending.kind === 'rejected'
    ? new Problem(ending.error.code, ending.error.message, { cause: ending.error })
    : new Problem('internal-error', 'The text could not be analysed. The fault has been logged.', {
        cause: ending.error,
      });

async function write(services: Services, open: Open, event: Event): Promise<Operation> {
  if (open.hold === undefined) return create(services, open, event);
  const written = await open.hold.write(event);
  return written.kind === 'written' ? written.operation : present(services, open);
}

async function create(services: Services, open: Open, event: Event): Promise<Operation> {
  const operation = transition(open.draft, event, services.now());
  if (isRefusal(operation)) throw new Error(`a new operation refused ${event.type}: ${operation.refused}`);
  try {
    await services.store.create(operation);
    return operation;
  } catch (error) {
    if (error instanceof RecordTooLarge && event.type === 'succeed')
      return create(services, open, tooLarge(event.token));
    throw error;
  }
}

/** The operation as it is now that somebody else has written it: cancelled, or taken up by the sweep. */
async function present({ store }: Services, { draft }: Open): Promise<Operation> {
  return (await store.read(draft.id))?.operation ?? draft;
}
