import {
  AbortError,
  AnalysisError,
  ConnectionError,
  DeadlineError,
  ProblemError,
  TokenError,
} from '../client/src/client.ts';
import { UserError } from './user-error.ts';

/** What a person is told of an error, and what to do. An error of the command itself is shown with its stack. */
export function explained(error: unknown): string {
  if (error instanceof UserError) return error.message;
  if (error instanceof TokenError && error.cause instanceof UserError) return error.cause.message;
  if (!(error instanceof AnalysisError)) return error instanceof Error ? (error.stack ?? '') : String(error);
  const goesOn =
    error.operationId !== undefined && (error instanceof DeadlineError || error instanceof ConnectionError);
  return [
    error instanceof AbortError ? 'Interrupted.' : error.message,
    ...(error instanceof ProblemError
      ? error.errors.map(({ field, message }) => `  ${field} ${message}`)
      : []),
    ...(error instanceof ConnectionError ? [`  ${reasonOf(error)}`] : []),
    ...(error instanceof ProblemError && error.retryAfterMs !== undefined
      ? [`  come again in ${Math.ceil(error.retryAfterMs / 1000)} s`]
      : []),
    ...('code' in error ? [`  code ${error.code}`] : []),
    ...(error.operationId === undefined ? [] : [`  operation ${error.operationId}`]),
    ...(error.requestId === undefined ? [] : [`  request ${error.requestId}`]),
    ...(goesOn ? [`  It goes on: npx . wait ${error.operationId}`] : []),
  ].join('\n');
}

/** `fetch` says that it failed; its cause says why. */
function reasonOf({ cause }: ConnectionError): string {
  const { cause: reason } = cause instanceof Error ? cause : {};
  return reason instanceof Error ? reason.message : String(cause);
}
