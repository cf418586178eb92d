import { randomUUID } from 'node:crypto';
import { ClientGone, Problem } from '../../errors.ts';
import { type AttemptEnd, attempt } from '../attempt/attempt.ts';
import { attemptLog } from '../attempt/attempt-log.ts';
import { decideWindow } from '../attempt/decide.ts';
import { watchLease } from '../attempt/lease-watch.ts';
import { LeasedRecord } from '../attempt/leased-record.ts';
import { persistently } from '../attempt/persistently.ts';
import { unsavedRecord, type WritableRecord } from '../attempt/writable-record.ts';
import type { Input, Kind } from '../kind.ts';
import { isFinished, type Lease, type Operation, type Unfinished } from '../record/record.ts';
import type { Event } from '../record/transitions.ts';
import type { Services } from '../services.ts';
import { StoreUnavailable } from '../store/port.ts';
import { createForSyncWindow, type Existing } from './create.ts';
import { enqueue } from './enqueue.ts';

/** A synchronous attempt may take so much longer than its window: to abort the provider call, and for the last write. */
const MARGIN_MS = 10_000;

/** What is left of the window that a lease stands for. None while its attempt only ends and writes, or after a crash. */
export const windowLeftMs = ({ expires_at }: Lease, now: number): number =>
  Math.max(0, expires_at - MARGIN_MS - now);

export interface WindowRequest {
  readonly kind: Kind;
  readonly input: Input;
  readonly traceparent: string;
  /** Makes a signal that is aborted when the client goes away. */
  readonly gone: () => AbortSignal;
}

/** The operation was answered or handed to the queue, or it existed before. */
export type InWindow = { readonly kind: 'answered'; readonly operation: Operation } | Existing;

/** An open synchronous window. */
interface Window {
  readonly draft: Unfinished & { readonly lease: Lease };
  /** Without a key nobody can ask for the operation before it is answered, so its record is not saved until then. */
  readonly record: WritableRecord;
  readonly leased: LeasedRecord | undefined;
  readonly gone: AbortSignal;
  /** End of the lease, on the clock of `performance.now()`. */
  readonly until: number;
}

/**
 * Works on a request while its client waits, for at most `windowMs`. The queue takes over what is not answered by then, or
 * what failed in a way that waiting may cure.
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
  const admitted = await createForSyncWindow(services, wanted);
  if (admitted.kind === 'existing') return admitted;
  const { place, stored } = admitted;
  const draft = { ...wanted, ...(stored && { id: stored.operation.id }) };
  const leased = stored && new LeasedRecord(store, stored, now);
  const record = leased ?? unsavedRecord(store, draft, now);
  const window: Window = { draft, record, leased, gone: request.gone(), until };
  try {
    const end = await attemptInWindow(services, request, window, windowMs);
    const answered = await settle(services, window, end);
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
  { kind, input, traceparent }: WindowRequest,
  { draft, leased, gone }: Window,
  timeoutMs: number,
): Promise<AttemptEnd> {
  const { now, store, limits } = services;
  const log = attemptLog(services, draft, 0);
  // With a key the operation stands in the list, and may be cancelled there.
  const watch = leased && watchLease(store, leased, draft.lease.token, log);
  const end = await attempt({
    kind,
    input,
    timeoutMs,
    signal: watch?.signal ?? gone,
    triesAgainAfter: (error) =>
      decideWindow({ kind: 'unavailable', error }, draft, limits, now()).kind === 'hand-over',
    traceparent,
    log,
  });
  watch?.stop();
  return end;
}

/**
 * Records how the attempt ended: its answer, its refusal, or that the queue takes over. A paid answer is written again and
 * again until the lease ends, so that the provider is not paid twice.
 */
async function settle(services: Services, window: Window, end: AttemptEnd): Promise<Operation> {
  const { draft, record, leased, gone, until } = window;
  const { token } = draft.lease;
  const { spent } = end;
  const write = async (event: Event): Promise<Operation> => {
    const written = await record.write(event);
    return written.kind === 'written' ? written.operation : readAgain(services, draft);
  };
  switch (end.kind) {
    case 'succeeded':
      return persistently(() => write({ type: 'succeed', token, completion: end.completion, spent }), until);
    case 'rejected':
    case 'crashed': {
      const problem = problemOf(end);
      if (leased === undefined) throw problem;
      const error = { code: problem.code, message: problem.message };
      // An account's fault is not kept: the client may ask again with its key once the account is mended.
      const kept = problem.code !== 'provider-config-missing';
      const fail: Event = { type: 'fail', token, error, answeredAsProblem: true, kept, spent };
      const written = await persistently(() => leased.write(fail), until);
      if (written.kind === 'lost') return readAgain(services, draft);
      throw problem;
    }
    case 'aborted':
      if (leased !== undefined) return readAgain(services, draft);
      break;
    default:
  }
  if (leased === undefined && gone.reason instanceof ClientGone) throw gone.reason;
  const decision = decideWindow(end, draft, services.limits, services.now());
  if (decision.kind === 'fail') return write({ type: 'fail', token, error: decision.error, spent });
  const operation = await write({ type: 'hand-over', token, afterMs: decision.afterMs, spent });
  if (!isFinished(operation)) await enqueue(services, operation);
  return operation;
}

const problemOf = (end: Extract<AttemptEnd, { kind: 'rejected' | 'crashed' }>): Problem =>
  end.kind === 'rejected'
    ? new Problem(end.error.code, end.error.message, { cause: end.error })
    : new Problem('internal-error', 'The text could not be analysed. The fault has been logged.', {
        cause: end.error,
      });

/** Reads the operation after somebody else has written it: it was cancelled, or the sweep took it up. */
async function readAgain({ store }: Services, draft: Unfinished): Promise<Operation> {
  return (await store.read(draft.id))?.operation ?? draft;
}
