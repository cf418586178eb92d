import * as gcp from '@pulumi/gcp';
import type { Output, Resource } from '@pulumi/pulumi';
import type { Accounts } from './accounts.ts';
import type { Place } from './place.ts';

/** The queue, with the limits that `scripts/deploy/queue.sh` explains. The name of a deleted queue is blocked for days. */
export function makeQueue({ project, region, config, after }: Place): gcp.cloudtasks.Queue {
  const { settings } = config;
  return new gcp.cloudtasks.Queue(
    'operations',
    {
      project,
      location: region,
      name: settings._QUEUE,
      retryConfig: {
        maxAttempts: settings._WORKER_MAX_ATTEMPTS * 3,
        minBackoff: '2s',
        maxBackoff: '60s',
        maxDoublings: 5,
      },
      rateLimits: {
        maxConcurrentDispatches: settings._WORKER_CONCURRENCY * settings._WORKER_MAX_INSTANCES,
        maxDispatchesPerSecond: settings._QUEUE_DISPATCHES_PER_SECOND,
      },
      deletionPolicy: 'PREVENT',
    },
    after,
  );
}

/** Calls the worker's sweep every minute. No retries and a deadline under a minute: the next run is the retry. */
export function makeSweep(
  { project, region, config, after }: Place,
  { invoker }: Accounts,
  workerUrl: Output<string>,
  worker: Resource,
): gcp.cloudscheduler.Job {
  return new gcp.cloudscheduler.Job(
    'sweep',
    {
      project,
      region,
      name: config.settings._SWEEP_JOB,
      schedule: '* * * * *',
      timeZone: 'Etc/UTC',
      attemptDeadline: '55s',
      retryConfig: { retryCount: 0 },
      httpTarget: {
        httpMethod: 'POST',
        uri: workerUrl.apply((url) => `${url}/tasks/sweep`),
        headers: { 'Content-Type': 'application/json' },
        body: Buffer.from('{}').toString('base64'),
        oidcToken: { serviceAccountEmail: invoker.email, audience: workerUrl },
      },
    },
    { ...after, dependsOn: [worker] },
  );
}
