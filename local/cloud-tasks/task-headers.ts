import type { Outcome } from './outcome.ts';

export interface TaskAttempt {
  readonly queue: string;
  /** Short name. */
  readonly task: string;
  /** Attempts begun before this one. */
  readonly retries: number;
  /** Responses so far other than 5xx. */
  readonly executions: number;
  /** When it was due, in milliseconds since the epoch. */
  readonly dueAt: number;
  /** How the attempt before this one ended. */
  readonly last?: Outcome | undefined;
}

/**
 * The headers by which a worker knows the attempt. Google documents the names and meanings, but no values of
 * `TaskRetryReason`. Source: https://cloud.google.com/tasks/docs/creating-http-target-tasks#handler
 */
export const taskHeaders = (attempt: TaskAttempt): Record<string, string> => {
  const { last } = attempt;
  const headers: Record<string, string> = {
    'X-CloudTasks-QueueName': attempt.queue,
    'X-CloudTasks-TaskName': attempt.task,
    'X-CloudTasks-TaskRetryCount': String(attempt.retries),
    'X-CloudTasks-TaskExecutionCount': String(attempt.executions),
    'X-CloudTasks-TaskETA': (attempt.dueAt / 1000).toFixed(6),
  };
  if (last?.status !== undefined) headers['X-CloudTasks-TaskPreviousResponse'] = String(last.status);
  if (last !== undefined) headers['X-CloudTasks-TaskRetryReason'] = last.reason ?? `HTTP ${last.status}`;
  return headers;
};
