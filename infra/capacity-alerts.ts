import { LONGEST_PAUSE_MS } from '../shared/operations/attempt/pause.ts';
import { type Alert, type Condition, counted, reached, standing } from './alert.ts';
import type { Place } from './place.ts';

/** Alerts on tasks that wait and on services that have no more instances to start. */
export const ofCapacity = (place: Place): Record<string, Alert> => ({
  ...ofQueue(place),
  ...ofInstances(place),
});

function ofQueue({ config: { settings, oldestOperationS } }: Place): Record<string, Alert> {
  const queue = (metric: string) =>
    `resource.type="cloud_tasks_queue" AND resource.labels.queue_id="${settings._QUEUE}" AND metric.type="cloudtasks.googleapis.com/queue/${metric}"`;
  // What the places of the worker do in ten minutes if each attempt takes all its time.
  const attempts = 600_000 / settings._WORKER_ATTEMPT_TIMEOUT_MS;
  const deep = Math.floor(settings._WORKER_CONCURRENCY * settings._WORKER_MAX_INSTANCES * attempts);
  const manyWait: Condition = {
    displayName: `more than ${deep} tasks`,
    conditionThreshold: {
      filter: queue('depth'),
      aggregations: [
        { alignmentPeriod: '60s', perSeriesAligner: 'ALIGN_MIN', crossSeriesReducer: 'REDUCE_SUM' },
      ],
      comparison: 'COMPARISON_GT',
      thresholdValue: deep,
      duration: '300s',
    },
  };
  const lateTasks: Condition = {
    displayName: 'one in a hundred begins more than 5 minutes late',
    conditionThreshold: {
      filter: queue('task_attempt_delays'),
      // In milliseconds.
      aggregations: [
        {
          alignmentPeriod: '300s',
          perSeriesAligner: 'ALIGN_PERCENTILE_99',
          crossSeriesReducer: 'REDUCE_MAX',
        },
      ],
      comparison: 'COMPARISON_GT',
      thresholdValue: 300_000,
      duration: '0s',
    },
  };
  // A task may wait for the next attempt on purpose, and is counted as tried only when that has ended.
  const standingMinutes = Math.ceil((LONGEST_PAUSE_MS + settings._WORKER_ATTEMPT_TIMEOUT_MS) / 60_000);
  const paragraph = 'tasks-are-lost-or-late';
  return {
    'queue-deep': {
      title: 'Tasks are late: more wait than the worker does in ten minutes',
      paragraph,
      severity: 'WARNING',
      conditions: [manyWait],
    },
    'tasks-late': {
      title: 'Tasks are late: they begin more than 5 minutes after their time',
      paragraph,
      severity: 'CRITICAL',
      conditions: [lateTasks],
    },
    // Cloud Tasks has no metric of the oldest task's age, so the sweep says it of what it finds.
    'operation-waits': {
      title: `An operation waits long: more than ${oldestOperationS} s since it was created`,
      paragraph,
      severity: 'CRITICAL',
      conditions: [reached('oldest-operation', oldestOperationS, 5, 's')],
    },
    // What has not been found by a sweep yet waits for less than its grace, but in a queue that stands it will wait on.
    'queue-stands': {
      title: 'Tasks are late: some wait and none begins',
      paragraph,
      severity: 'CRITICAL',
      conditions: [standing(settings._QUEUE, standingMinutes)],
    },
    'tasks-lost': {
      title: 'Tasks are lost',
      paragraph,
      severity: 'WARNING',
      conditions: [counted('tasks-lost', 0, 1, { lasting: 5 })],
    },
    'tasks-not-taken': {
      title: 'Tasks are not taken',
      paragraph,
      severity: 'CRITICAL',
      conditions: [counted('tasks-not-taken', 10, 5)],
    },
  };
}

function ofInstances({ config: { settings } }: Place): Record<string, Alert> {
  const most = {
    [settings._SUBMIT_SERVICE]: settings._SUBMIT_MAX_INSTANCES,
    [settings._WORKER_SERVICE]: settings._WORKER_MAX_INSTANCES,
    [settings._OPERATIONS_SERVICE]: settings._OPERATIONS_MAX_INSTANCES,
  };
  return Object.fromEntries(
    Object.entries(most).map(([service, instances]) => [
      `${service}-at-maximum`,
      {
        title: `Instances at their maximum: ${service}`,
        paragraph: 'clients-see-errors',
        severity: 'WARNING',
        conditions: [
          {
            displayName: `${instances} instances for 10 minutes`,
            conditionThreshold: {
              filter: `resource.type="cloud_run_revision" AND resource.labels.service_name="${service}" AND metric.type="run.googleapis.com/container/instance_count"`,
              aggregations: [
                { alignmentPeriod: '60s', perSeriesAligner: 'ALIGN_MAX', crossSeriesReducer: 'REDUCE_SUM' },
              ],
              comparison: 'COMPARISON_GT',
              thresholdValue: instances - 1,
              duration: '600s',
            },
          },
        ],
      } satisfies Alert,
    ]),
  );
}
