import { workerAudience } from '../../shared/queue/task-request.ts';
import type { DispatchLog } from '../cloud-tasks/dispatcher.ts';
import { acknowledged } from '../cloud-tasks/outcome.ts';
import { createSender, type Send, type Sender } from '../cloud-tasks/send.ts';
import { repeat } from '../start/repeat.ts';

export interface LocalSchedulerOptions {
  /** Base URL of the worker function, asked at each run. */
  readonly deliverTo: () => string | URL;
  /** Comes between the schedule and the network. */
  readonly intercept?: (send: Send) => Send;
  /** Signs the OIDC token of a run; the audience is the worker's base URL without a slash at its end. */
  readonly sign: (audience: string) => Promise<string>;
  /** From the end of a run to the begin of the next. */
  readonly everyMs: number;
  readonly job?: string;
  readonly deadlineMs?: number;
  readonly log?: DispatchLog;
}

export interface LocalScheduler {
  /** One run beside the regular ones: true if the worker acknowledged it. */
  runNow(): Promise<boolean>;
  /** Ends the timer, and aborts a run that is under way. */
  close(): Promise<void>;
}

/**
 * Calls `POST /tasks/sweep` of the worker as Cloud Scheduler does: at once, then every `everyMs`, a failed run just
 * followed by the next.
 * Source: https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs#HttpTarget
 */
export const createLocalScheduler = (options: LocalSchedulerOptions): LocalScheduler => {
  const { deliverTo, sign, everyMs, job = 'sweep', deadlineMs = 180_000, log } = options;
  const sender: Sender = createSender();
  const send = options.intercept?.(sender.send) ?? sender.send;
  const closing = new AbortController();

  const run = async (): Promise<boolean> => {
    try {
      const audience = workerAudience(deliverTo());
      const outcome = await send(
        {
          url: `${audience}/tasks/sweep`,
          headers: { 'Content-Type': 'application/json' },
          body: '{}',
          token: await sign(audience),
          userAgent: 'Google-Cloud-Scheduler',
          attemptHeaders: {
            'X-CloudScheduler': 'true',
            'X-CloudScheduler-JobName': job,
            'X-CloudScheduler-ScheduleTime': new Date().toISOString(),
          },
          deadlineMs,
        },
        closing.signal,
      );
      const done = acknowledged(outcome);
      if (!done && !closing.signal.aborted) log?.warn({ job, ...outcome }, 'scheduled run failed');
      return done;
    } catch (error) {
      log?.warn({ job, err: error }, 'scheduled run failed');
      return false;
    }
  };

  const repeating = repeat(run, everyMs);
  return {
    runNow: run,
    async close() {
      closing.abort();
      await repeating.close();
      sender.close();
    },
  };
};
