import { type Call, withinBounds } from './call.ts';
import { AbortError, OperationCancelledError, OperationFailedError } from './errors.ts';
import { isFinished, type Operation, type Succeeded } from './operation.ts';
import { brief, cancelOperation, requestOperation } from './operations.ts';
import type { AnalysisOptions, WaitOptions } from './options.ts';
import type { Connection, Request } from './send.ts';
import { type Service, untilFinished } from './wait.ts';

/** A request for an analysis. With its key it may be sent again, and stands for one operation. */
interface Submission extends Request {
  readonly headers: { readonly 'Idempotency-Key': string };
}

const DEADLINE_MS = 15 * 60_000;
/** An aborted call waits so long to hear that its operation was cancelled. */
const CANCELLATION_HEARD_MS = 1000;

/** Sends a text for analysis, and waits if it is not answered at once. */
export function analyse<E extends 'proofread' | 'essay-critique'>(
  service: Service,
  endpoint: E,
  text: Readonly<Record<string, string>>,
  options: AnalysisOptions<E>,
): Promise<Succeeded<E>> {
  const { disabledRules, onAccepted, onProgress } = options;
  const submission: Submission = {
    method: 'POST',
    path: `/v1/${endpoint}`,
    headers: { 'Idempotency-Key': options.idempotencyKey ?? randomKey() },
    body: { ...text, ...(disabledRules !== undefined && { disabled_rules: disabledRules }) },
  };
  return waiting(service, options, { submission }, async (call) => {
    const first = await requestOperation(service.connection, submission, call);
    call.throwIfOver();
    call.operationId = first.operation_id;
    if (!isFinished(first)) onAccepted?.(first as Operation<E>);
    const onChange = onProgress && ((operation: Operation) => onProgress(operation as Operation<E>));
    const last = await untilFinished(service, call, first.operation_id, first, onChange);
    // The answers to this request are of its endpoint.
    return resultOf(last, call) as Succeeded<E>;
  });
}

/** Waits for an operation, and resolves however it ended. */
export const waitFor = (service: Service, id: string, options: WaitOptions): Promise<Operation> =>
  waiting(service, options, { operationId: id }, (call) =>
    untilFinished(service, call, id, undefined, options.onProgress),
  );

/** Waits for the result of an operation. @throws {OperationFailedError | OperationCancelledError} there is none */
export const resume = (service: Service, id: string, options: WaitOptions): Promise<Succeeded> =>
  waiting(service, options, { operationId: id }, async (call) =>
    resultOf(await untilFinished(service, call, id, undefined, options.onProgress), call),
  );

/** Runs a call that waits for an operation, and cancels that when the call is aborted, if its caller wants so. */
async function waiting<T>(
  { connection }: Service,
  { signal, deadlineMs = DEADLINE_MS, cancelOnAbort }: Omit<WaitOptions, 'onProgress'>,
  { operationId, submission }: { readonly operationId?: string; readonly submission?: Submission },
  work: (call: Call) => Promise<T>,
): Promise<T> {
  const idempotencyKey = submission?.headers['Idempotency-Key'];
  let begun = false;
  try {
    return await withinBounds({ signal, deadlineMs }, { operationId, idempotencyKey }, (call) => {
      begun = true;
      return work(call);
    });
  } catch (error) {
    if (error instanceof AbortError && cancelOnAbort === true && begun) {
      error.cancellation = cancelBegun(connection, error.operationId, submission).catch(() => false);
      await settledWithin(CANCELLATION_HEARD_MS, error.cancellation);
    }
    throw error;
  }
}

/** Cancels what an aborted call has begun. If its answer had not come, its key names the operation. */
async function cancelBegun(
  connection: Connection,
  id: string | undefined,
  submission: Submission | undefined,
): Promise<boolean> {
  if (id !== undefined) return (await cancelOperation(connection, id)).status === 'cancelled';
  if (submission === undefined) return false;
  const again = { ...submission, headers: { ...submission.headers, Prefer: 'respond-async' } };
  const begun = await brief({}, undefined, (call) => requestOperation(connection, again, call));
  return isFinished(begun)
    ? begun.status === 'cancelled'
    : cancelBegun(connection, begun.operation_id, undefined);
}

async function settledWithin(ms: number, promise: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeUp = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, timeUp]);
  clearTimeout(timer);
}

/** `crypto.randomUUID` exists on pages of HTTPS only. */
const randomKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );

/** @throws {OperationFailedError | OperationCancelledError} it ended without a result */
function resultOf(operation: Operation, call: Call): Succeeded {
  if (operation.status === 'succeeded') return operation;
  const context = { ...call.context(), requestId: operation.request_id };
  if (operation.status === 'failed') throw new OperationFailedError(operation.error, context);
  throw new OperationCancelledError('The operation was cancelled.', context);
}
