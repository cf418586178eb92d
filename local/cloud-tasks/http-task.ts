import type { DispatcherOptions, QueuedTask } from './dispatcher.ts';
import type { HttpRequest, Send } from './send.ts';
import { taskHeaders } from './task-headers.ts';

/** A task that is dispatched as an HTTP request. */
export interface HttpTask extends QueuedTask {
  readonly request: HttpRequest;
  /** `aud` of the token that goes with the request, if one does. */
  readonly audience?: string | undefined;
  /** Whose token that is, where the queue has several identities. */
  readonly email?: string | undefined;
  readonly deadlineMs: number;
}

export interface HttpDispatchOptions {
  readonly queue: string;
  readonly send: Send;
  /** Signs the OIDC token for an audience. */
  readonly sign: (audience: string, email?: string) => Promise<string>;
}

/** Dispatches as Cloud Tasks does, with its headers and a token of the task's service account. */
export const dispatchByHttp =
  ({ queue, send, sign }: HttpDispatchOptions): DispatcherOptions<HttpTask>['dispatch'] =>
  async (live, signal) => {
    const { task } = live;
    const token = task.audience === undefined ? undefined : await sign(task.audience, task.email);
    const attemptHeaders = taskHeaders({ ...live, queue, task: task.name });
    const attempt = { token, attemptHeaders, deadlineMs: task.deadlineMs };
    return send({ ...task.request, ...attempt, userAgent: 'Google-Cloud-Tasks' }, signal);
  };
