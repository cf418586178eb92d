import type { Task, TaskBody } from './port.ts';

/** The request by which a task reaches the worker, whichever queue sends it. */
export interface TaskRequest {
  readonly url: string;
  /** `aud` of the OIDC token that goes with it: the worker's base URL, without a slash at its end. */
  readonly audience: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The worker's base URL in the form used as an audience: without a slash at its end. */
export const workerAudience = (workerUrl: string | URL): string => String(workerUrl).replace(/\/+$/, '');

export const taskRequestOf = (task: Task, workerUrl: string | URL): TaskRequest => {
  const audience = workerAudience(workerUrl);
  const body: TaskBody = { operation_id: task.operation_id };
  return {
    url: `${audience}/tasks/run`,
    audience,
    headers: {
      'Content-Type': 'application/json',
      ...(task.traceparent === undefined ? {} : { traceparent: task.traceparent }),
    },
    body: JSON.stringify(body),
  };
};
