import { analyse, resume, waitFor } from './analyse.ts';
import type { Operation, Page, Succeeded } from './operation.ts';
import { cancelOperation, deleteOperation, getOperation, listOperations } from './operations.ts';
import type { AnalysisOptions, CallOptions, ClientOptions, ListOptions, WaitOptions } from './options.ts';
import type { Connection } from './send.ts';
import type { Service } from './wait.ts';

export {
  AbortError,
  AnalysisError,
  ConnectionError,
  DeadlineError,
  isProblem,
  OperationCancelledError,
  OperationFailedError,
  ProblemError,
  TokenError,
  UnexpectedAnswerError,
} from './errors.ts';
export type * from './operation.ts';
export { isFinished } from './operation.ts';
export type * from './options.ts';
export type { FieldError, ProblemCode, ProblemDocument } from './problem-codes.ts';
export type { TokenSource } from './token.ts';

/** Every method rejects with an `AnalysisError`. */
export interface Client {
  /**
   * Proofreads a text of 1 to 10,000 UTF-16 code units, whether the service answers at once or later.
   * @throws {OperationFailedError | OperationCancelledError} the operation ended without a result
   */
  proofread(text: string, options?: AnalysisOptions<'proofread'>): Promise<Succeeded<'proofread'>>;
  /**
   * Critiques an essay of 1 to 20,000 UTF-16 code units, whether the service answers at once or later.
   * @throws {OperationFailedError | OperationCancelledError} the operation ended without a result
   */
  critique(essay: string, options?: AnalysisOptions<'essay-critique'>): Promise<Succeeded<'essay-critique'>>;
  /**
   * Waits for an operation that was accepted before, perhaps by another process.
   * @throws {OperationFailedError | OperationCancelledError} the operation ended without a result
   */
  resume(id: string, options?: WaitOptions): Promise<Succeeded>;
  readonly operations: {
    /** The operation as it is now. */
    get(id: string, options?: CallOptions): Promise<Operation>;
    /** One page of the tenant's operations, newest first, without their results. */
    list(options?: ListOptions): Promise<Page>;
    /** The operation when it has finished, however it ended. */
    wait(id: string, options?: WaitOptions): Promise<Operation>;
    /** The cancelled operation. One that has succeeded or failed is the problem `operation-already-finished`. */
    cancel(id: string, options?: CallOptions): Promise<Operation>;
    /** Erases a finished operation with its text and result. */
    delete(id: string, options?: CallOptions): Promise<void>;
  };
}

/** The longest texts that the service takes, in UTF-16 code units: what `length` of a string counts. */
export const MAX_LENGTH = { proofread: 10_000, 'essay-critique': 20_000 } as const;

const ANSWER_WITHIN_MS = 30_000;

export function createClient(options: ClientOptions): Client {
  const connection: Connection = {
    baseUrl: String(options.baseUrl).replace(/\/+$/, ''),
    token: options.token,
    answerWithinMs: options.answerWithinMs ?? ANSWER_WITHIN_MS,
    // A browser's `fetch` refuses to be called as the method of an object.
    fetch: options.fetch ?? ((...args) => fetch(...args)),
  };
  const service: Service = { connection, path: { streams: 'unknown' } };
  return {
    proofread: (text, given = {}) => analyse(service, 'proofread', { text }, given),
    critique: (essay, given = {}) => analyse(service, 'essay-critique', { essay }, given),
    resume: (id, given = {}) => resume(service, id, given),
    operations: {
      get: (id, given = {}) => getOperation(connection, id, given),
      list: (given = {}) => listOperations(connection, given),
      wait: (id, given = {}) => waitFor(service, id, given),
      cancel: (id, given = {}) => cancelOperation(connection, id, given),
      delete: (id, given = {}) => deleteOperation(connection, id, given),
    },
  };
}
