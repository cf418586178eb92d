import {
  AnalysisError,
  ConnectionError,
  DeadlineError,
  OperationCancelledError,
  OperationFailedError,
  ProblemError,
  TokenError,
} from '../../../client/src/client.ts';
import { SignInNeeded } from '../sign-in/sign-in.ts';

export type Phase = 'sending' | 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';

/** One check or critique, from the click to its end. */
export interface Run {
  readonly phase: Phase;
  /** 0 to 1, where it is known. */
  readonly progress?: number | undefined;
  /** By `performance.now()`. */
  readonly startedAt: number;
  readonly endedAt?: number | undefined;
  readonly operationId?: string | undefined;
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
  readonly failure?: Failure | undefined;
}

export interface Failure {
  /** Of a problem or an operation, or what kept the page from an answer. */
  readonly code: string;
  /** The service's own words, in English. */
  readonly detail?: string | undefined;
  readonly requestId?: string | undefined;
  readonly operationId?: string | undefined;
}

export const isUnderWay = (run: Run | undefined): run is Run =>
  run?.phase === 'sending' || run?.phase === 'queued' || run?.phase === 'running';

export const isCancellation = (error: unknown): boolean => error instanceof OperationCancelledError;

/** What a failed call is to the reader. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof AnalysisError)) return { code: 'unexpected', detail: String(error) };
  const { requestId, operationId, message } = error;
  const known = { detail: message, requestId, operationId };
  if (error instanceof ProblemError || error instanceof OperationFailedError)
    return { ...known, code: error.code };
  if (error instanceof ConnectionError) return { ...known, code: 'connection', detail: undefined };
  if (error instanceof DeadlineError) return { ...known, code: 'deadline' };
  if (error instanceof TokenError)
    return {
      ...known,
      code: error.cause instanceof SignInNeeded ? 'token' : 'connection',
      detail: undefined,
    };
  return { ...known, code: 'unexpected' };
}
