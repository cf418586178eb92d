import * as gcp from '@pulumi/gcp';
import { type MetricName, metricType } from './metrics.ts';
import type { Place } from './place.ts';

interface Chart {
  readonly title: string;
  readonly filter: string;
  readonly aligner: string;
  readonly reducer?: string;
  /** A label, such as `resource.label.service_name`, of which each value gets a line. */
  readonly by?: string;
}

const FUNCTION = 'resource.type="cloud_run_revision"';

/** The charts that one looks at first, in the order of a request's way. */
function chartsOf({ config: { settings } }: Place): Chart[] {
  const run = (metric: string) => `${FUNCTION} metric.type="run.googleapis.com/${metric}"`;
  const queue = (metric: string) =>
    `resource.type="cloud_tasks_queue" resource.label.queue_id="${settings._QUEUE}" metric.type="cloudtasks.googleapis.com/queue/${metric}"`;
  const log = (name: MetricName) => `${FUNCTION} metric.type="${metricType(name)}"`;
  const service = 'resource.label.service_name';
  return [
    { title: 'Requests a second', filter: run('request_count'), aligner: 'ALIGN_RATE', by: service },
    {
      title: 'Answers a second, by class',
      filter: run('request_count'),
      aligner: 'ALIGN_RATE',
      by: 'metric.label.response_code_class',
    },
    {
      title: 'Latency: 99th percentile, ms',
      filter: run('request_latencies'),
      aligner: 'ALIGN_DELTA',
      reducer: 'REDUCE_PERCENTILE_99',
      by: service,
    },
    {
      title: 'Instances',
      filter: run('container/instance_count'),
      aligner: 'ALIGN_MAX',
      by: service,
    },
    {
      title: 'Memory: 99th percentile, share',
      filter: run('container/memory/utilizations'),
      aligner: 'ALIGN_DELTA',
      reducer: 'REDUCE_PERCENTILE_99',
      by: service,
    },
    { title: 'Tasks that wait', filter: queue('depth'), aligner: 'ALIGN_MAX' },
    {
      title: 'Tasks begin so late: 99th percentile, ms',
      filter: queue('task_attempt_delays'),
      aligner: 'ALIGN_DELTA',
      reducer: 'REDUCE_PERCENTILE_99',
    },
    {
      title: 'The oldest operation that a sweep found waits so long, s',
      filter: log('oldest-operation'),
      aligner: 'ALIGN_DELTA',
      reducer: 'REDUCE_MEAN',
    },
    {
      title: 'Attempts a second, by outcome',
      filter: log('attempts'),
      aligner: 'ALIGN_RATE',
      by: 'metric.label.outcome',
    },
    {
      title: 'Operations a second, by status',
      filter: log('operations-ended'),
      aligner: 'ALIGN_RATE',
      by: 'metric.label.status',
    },
    {
      title: 'Good sweeps a minute',
      filter: `resource.type="cloud_scheduler_job" metric.type="${metricType('sweeps')}"`,
      aligner: 'ALIGN_DELTA',
    },
    {
      title: 'Sweeps that failed operations by deadline',
      filter: log('operations-overdue'),
      aligner: 'ALIGN_DELTA',
    },
    {
      title: 'Tokens that an attempt reads: mean',
      filter: log('input-tokens'),
      aligner: 'ALIGN_DELTA',
      reducer: 'REDUCE_MEAN',
    },
    {
      title: 'Tokens that an attempt writes: mean',
      filter: log('output-tokens'),
      aligner: 'ALIGN_DELTA',
      reducer: 'REDUCE_MEAN',
    },
    {
      title: 'Firestore: writes a second',
      filter:
        'resource.type="firestore.googleapis.com/Database" metric.type="firestore.googleapis.com/document/write_ops_count"',
      aligner: 'ALIGN_RATE',
    },
  ];
}

const COLUMNS = 48;
const WIDTH = 16;
const HEIGHT = 14;

/** https://cloud.google.com/monitoring/api/ref_v3/rest/v1/projects.dashboards */
export function makeDashboard(place: Place): gcp.monitoring.Dashboard {
  const tiles = chartsOf(place).map(({ title, filter, aligner, reducer = 'REDUCE_SUM', by }, at) => ({
    xPos: (at * WIDTH) % COLUMNS,
    yPos: Math.floor((at * WIDTH) / COLUMNS) * HEIGHT,
    width: WIDTH,
    height: HEIGHT,
    widget: {
      title,
      xyChart: {
        dataSets: [
          {
            plotType: 'LINE',
            timeSeriesQuery: {
              timeSeriesFilter: {
                filter,
                aggregation: {
                  alignmentPeriod: '60s',
                  perSeriesAligner: aligner,
                  crossSeriesReducer: reducer,
                  groupByFields: by === undefined ? [] : [by],
                },
              },
            },
          },
        ],
      },
    },
  }));
  const dashboardJson = JSON.stringify({
    displayName: 'Tamil text analysis',
    mosaicLayout: { columns: COLUMNS, tiles },
  });
  return new gcp.monitoring.Dashboard('dashboard', { project: place.project, dashboardJson }, place.after);
}
