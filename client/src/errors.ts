import type { FieldError, ProblemCode, ProblemDocument } from './problem-codes.ts';

/** What is known when an error occurs. */
export interface ErrorContext {
  readonly operationId?: string | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly requestId?: string | undefined;
  readonly cause?: unknown;
}

/** The base of every error that this client throws. */
export class AnalysisError extends Error {
  override readonly name: string = 'AnalysisError';
  /** The operation, as soon as it was accepted. `resume(operationId)` goes on waiting for it. */
  readonly operationId: string | undefined;
  /** The key of the request. Sent again with the same text and key, the request makes no second operation. */
  readonly idempotencyKey: string | undefined;
  /** `X-Request-Id` of the answer, which the service's log names too. */
  readonly requestId: string | undefined;

  constructor(message: string, { operationId, idempotencyKey, requestId, cause }: ErrorContext = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.operationId = operationId;
    this.idempotencyKey = idempotencyKey;
    this.requestId = requestId;
  }
}

/** The service refused the request with a problem document. */
export class ProblemError<C extends ProblemCode = ProblemCode> extends AnalysisError {
  override readonly name = 'ProblemError';
  readonly code: C;
  /** The HTTP status. */
  readonly status: ProblemDocument<C>['status'];
  /** What does not match the schema. Empty unless `code` is `validation-error`. */
  readonly errors: readonly FieldError[];
  /** Milliseconds after which the service asks to come again. */
  readonly retryAfterMs: number | undefined;
  readonly problem: ProblemDocument<C>;

  constructor(problem: ProblemDocument<C>, context: ErrorContext = {}, retryAfterMs?: number) {
    super(problem.detail || problem.title, {
      ...context,
      requestId: context.requestId ?? problem.request_id,
    });
    this.code = problem.code;
    this.status = problem.status;
    this.errors = problem.errors ?? [];
    this.retryAfterMs = retryAfterMs;
    this.problem = problem;
  }
}

/** Narrows an error to a refusal with this code. */
export const isProblem = <C extends ProblemCode>(error: unknown, code: C): error is ProblemError<C> =>
  error instanceof ProblemError && error.code === code;

/** The operation was accepted and ended without a result. */
export class OperationFailedError extends AnalysisError {
  override readonly name = 'OperationFailedError';
  /** `error.code` of the operation, such as `provider-unavailable` or `deadline-exceeded`. */
  readonly code: string;

  constructor(failure: { readonly code: string; readonly message: string }, context: ErrorContext) {
    super(failure.message, context);
    this.code = failure.code;
  }
}

/** The operation was cancelled, by whomever. */
export class OperationCancelledError extends AnalysisError {
  override readonly name = 'OperationCancelledError';
}

/** `deadlineMs` passed. An accepted operation goes on: `resume(operationId)` waits for it again. */
export class DeadlineError extends AnalysisError {
  override readonly name = 'DeadlineError';
}

/** The caller's signal was aborted. `cause` is the signal's reason. */
export class AbortError extends AnalysisError {
  override readonly name = 'AbortError';
  /**
   * With `cancelOnAbort`: resolves to whether the service has cancelled the operation, and never rejects. The call waits a
   * second for it, so usually it is known when the call rejects.
   */
  cancellation: Promise<boolean> | undefined;
}

/** No answer came, however often the request was sent. `cause` is the last failure of `fetch`. */
export class ConnectionError extends AnalysisError {
  override readonly name = 'ConnectionError';
}

/** The `token` function failed (`cause`), or gave a token that no header can carry. */
export class TokenError extends AnalysisError {
  override readonly name = 'TokenError';
}

/** Something else than this API answered, or a newer version of it: an unknown status, code or state. */
export class UnexpectedAnswerError extends AnalysisError {
  override readonly name = 'UnexpectedAnswerError';
  /** The HTTP status. */
  readonly status: number;

  constructor(status: number, message: string, context: ErrorContext = {}) {
    super(message, context);
    this.status = status;
  }
}
