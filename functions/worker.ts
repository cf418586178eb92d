import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Runtime } from '../shared/compose.ts';
import { Problem } from '../shared/errors.ts';
import { BodyTooSlow } from '../shared/http/body.ts';
import type { Answer, Call, Route } from '../shared/http/route.ts';
import type { Services } from '../shared/operations/services.ts';
import { sweep } from '../shared/operations/work/sweep.ts';
import { type Delivery, type Worked, work } from '../shared/operations/work/work.ts';
import { validate } from '../shared/validate.ts';

/** The routes that Cloud Tasks and Cloud Scheduler call. */
export const workerRoutes = ({ services }: Pick<Runtime, 'services'>): Route[] => [
  { method: 'POST', path: '/tasks/run', access: 'task-queue', handle: (call) => run(services, call) },
  { method: 'POST', path: '/tasks/sweep', access: 'task-queue', handle: () => sweepDue(services) },
];

const taskBody = z.object({ operation_id: z.string().toLowerCase() });

async function run(services: Services, call: Call): Promise<Answer> {
  const operation_id = await operationId(call);
  if (typeof operation_id !== 'string') return operation_id;
  const worked = await work(services, { operation_id, ...dispatchOf(call) });
  const answer = answerTo(worked);
  return { ...answer, log: { operation_id, ...answer.log } };
}

/** The operation that a task names, or the answer to a task that names none. */
async function operationId(call: Call): Promise<string | Answer> {
  try {
    return validate(taskBody, await call.body()).operation_id;
  } catch (error) {
    // The body was slow or incomplete, so the task may name an operation. It is delivered again.
    if (error instanceof BodyTooSlow)
      return { status: 500, headers: error.headers, body: { status: 'retry' }, log: { outcome: 'slow' } };
    if (!(error instanceof Problem)) throw error;
    // The task never will name one. Any answer but 2xx would make the queue deliver it again and again.
    return { status: 200, body: { status: 'malformed' }, log: { outcome: 'malformed' } };
  }
}

/**
 * Reads from the headers which dispatch of which task this is, and whether the previous one was refused.
 * Source: https://cloud.google.com/tasks/docs/creating-http-target-tasks#handler (X-CloudTasks-TaskName,
 * X-CloudTasks-TaskRetryCount, X-CloudTasks-TaskPreviousResponse)
 */
function dispatchOf({ headers }: Call): Omit<Delivery, 'operation_id'> {
  const name = headers['x-cloudtasks-taskname'];
  const retries = Number(headers['x-cloudtasks-taskretrycount'] ?? 0);
  return {
    task: typeof name === 'string' && name !== '' ? name : `unnamed-${randomUUID()}`,
    dispatch: Number.isSafeInteger(retries) && retries >= 0 ? retries : 0,
    refusedBefore: headers['x-cloudtasks-taskpreviousresponse'] === String(HELD),
  };
}

/** Only the worker answers with this status. Failures of Cloud Run itself are 429 and 5xx. */
export const HELD = 409;

/**
 * What the queue is told. An attempt that failed has made a task for the next, so its own is done with. 429 and 503 make
 * Cloud Tasks slow the whole queue: 429 is kept for a provider that asks for just that. The dispatch that follows it finds
 * the next attempt not due, as a rule, and does nothing.
 */
export function answerTo(worked: Worked): Answer {
  switch (worked.kind) {
    case 'done':
      return { status: 200, body: { status: worked.status }, log: { operation_status: worked.status } };
    case 'held':
      return { status: HELD, body: { status: 'held' }, log: { outcome: 'held' } };
    case 'rescheduled':
      return {
        status: worked.throttled ? 429 : 200,
        body: { status: 'rescheduled' },
        log: { outcome: 'rescheduled', after_ms: worked.afterMs },
      };
  }
}

/** Cloud Scheduler calls every minute, so a sweep ends before the next one begins. */
export const SWEEP_BUDGET_MS = 40_000;

async function sweepDue(services: Services): Promise<Answer> {
  const swept = await sweep(services, { budgetMs: SWEEP_BUDGET_MS });
  const quiet = swept.requeued + swept.overdue + swept.passed + swept.failed === 0;
  return { status: 200, body: swept, log: { outcome: 'swept', ...swept }, quiet };
}
