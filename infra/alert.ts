import * as gcp from '@pulumi/gcp';
import type { Input } from '@pulumi/pulumi';
import { type MetricName, metricType } from './metrics.ts';
import type { Place } from './place.ts';

export type Condition = gcp.types.input.monitoring.AlertPolicyCondition;
export type Channels = readonly gcp.monitoring.NotificationChannel[];

export interface Alert {
  /** What is wrong, as the heading of the message. */
  readonly title: string;
  /** The paragraph of docs/operate.md that says what to do. */
  readonly paragraph: string;
  /** CRITICAL: now, at night too; WARNING: in working hours. */
  readonly severity: 'CRITICAL' | 'WARNING';
  readonly conditions: Input<Condition>[];
  /** Whether all conditions must hold together; else one is enough. */
  readonly together?: boolean;
}

/** Who is told. */
export const makeChannels = ({ project, config, after }: Place): Channels =>
  config.alertEmails.map(
    (address) =>
      new gcp.monitoring.NotificationChannel(
        address,
        { project, displayName: address, type: 'email', labels: { email_address: address } },
        after,
      ),
  );

export function makeAlert(
  { project, after }: Place,
  channels: Channels,
  name: string,
  { title, paragraph, severity, conditions, together = false }: Alert,
): gcp.monitoring.AlertPolicy {
  return new gcp.monitoring.AlertPolicy(
    name,
    {
      project,
      displayName: title,
      severity,
      combiner: together ? 'AND' : 'OR',
      conditions,
      documentation: { content: `What to do: docs/operate.md#${paragraph}`, mimeType: 'text/markdown' },
      notificationChannels: channels.map(({ id }) => id),
      alertStrategy: { autoClose: '1800s' },
    },
    after,
  );
}

const FUNCTION = 'resource.type="cloud_run_revision"';
const ofMetric = (name: MetricName) => `${FUNCTION} AND metric.type="${metricType(name)}"`;
const summed = (minutes: number) => ({
  alignmentPeriod: `${minutes * 60}s`,
  perSeriesAligner: 'ALIGN_DELTA',
  crossSeriesReducer: 'REDUCE_SUM',
});

/** Values of a log metric's labels. */
export type Labels = Readonly<Record<string, readonly string[]>>;
const having = (labels: Labels) =>
  Object.entries(labels)
    .map(([label, values]) => ` AND metric.labels.${label}=one_of(${values.map((v) => `"${v}"`).join(', ')})`)
    .join('');

/** What a log metric counts happened more than `above` times within `minutes`, at every look for `lasting` minutes. */
export const counted = (
  name: MetricName,
  above: number,
  minutes: number,
  { lasting = 0, labels = {} }: { lasting?: number; labels?: Labels } = {},
): Condition => ({
  displayName: `more than ${above} in ${minutes} minutes`,
  conditionThreshold: {
    filter: `${ofMetric(name)}${having(labels)}`,
    aggregations: [summed(minutes)],
    comparison: 'COMPARISON_GT',
    thresholdValue: above,
    duration: `${lasting * 60}s`,
  },
});

/** The greatest value of a log metric's distribution within `minutes` is above `above`, which must be the bound of a bucket. */
export const reached = (name: MetricName, above: number, minutes: number, unit: string): Condition => ({
  displayName: `more than ${above} ${unit}`,
  conditionThreshold: {
    filter: ofMetric(name),
    aggregations: [
      {
        alignmentPeriod: `${minutes * 60}s`,
        perSeriesAligner: 'ALIGN_PERCENTILE_99',
        crossSeriesReducer: 'REDUCE_MAX',
      },
    ],
    comparison: 'COMPARISON_GT',
    thresholdValue: above,
    duration: '0s',
  },
});

/** Of what a log metric counts within ten minutes, and has the labels `of`, more than `above` (a share) has `labels` too. */
export const share = (name: MetricName, labels: Labels, above: number, of: Labels = {}): Condition => ({
  displayName: `more than ${above * 100}% in 10 minutes`,
  conditionThreshold: {
    filter: `${ofMetric(name)}${having({ ...of, ...labels })}`,
    aggregations: [summed(10)],
    denominatorFilter: `${ofMetric(name)}${having(of)}`,
    denominatorAggregations: [summed(10)],
    comparison: 'COMPARISON_GT',
    thresholdValue: above,
    duration: '0s',
  },
});

/**
 * The values of a log metric's distribution are together more than `above` within an hour. Only PromQL sums a distribution.
 * Source: https://cloud.google.com/monitoring/promql/promql-mapping
 */
export const summedAbove = (name: MetricName, above: number): Condition =>
  asked(
    `more than ${above} in an hour`,
    `${increase(promName(`${metricType(name)}_sum`), RUN, '1h')} > ${above}`,
  );

/** A log metric was counted more than `above` times in ten minutes, and three times as often as a day before. */
export const risen = (name: MetricName, above: number): Condition => {
  const counts = promName(metricType(name));
  const now = increase(counts, RUN, '10m');
  const before = orNone(increase(counts, RUN, '10m', ' offset 1d'));
  return asked('three times as many as a day before', `${now} > ${above} and ${now} > 3 * ${before}`);
};

/**
 * A log metric of another resource counted nothing for ten minutes, of which five allow for what Cloud Logging counts late. Not a
 * condition of absence: its incident closes when there has been no data for a while, which is what it is about, and it waits for a
 * first value.
 * Source: https://cloud.google.com/logging/docs/logs-based-metrics, https://cloud.google.com/monitoring/alerts/metric-absence
 */
export const nothingCounted = (name: MetricName, resource: string): Condition => {
  const counts = increase(promName(metricType(name)), { monitored_resource: resource }, '5m');
  return asked('none for 10 minutes', `${orNone(counts)} == 0`, 5);
};

/** Some tasks of a queue wait, and none was tried, for `minutes`. */
export const standing = (queue: string, minutes: number): Condition => {
  const of = { monitored_resource: 'cloud_tasks_queue', queue_id: queue };
  const waiting = `sum(${promName('cloudtasks.googleapis.com/queue/depth')}${selector(of)})`;
  const tried = increase(promName('cloudtasks.googleapis.com/queue/task_attempt_count'), of, '5m');
  return asked(
    `some wait and none was tried for ${minutes} minutes`,
    `${waiting} > 0 and ${orNone(tried)} == 0`,
    minutes,
  );
};

type Of = Readonly<Record<string, string>>;
const RUN: Of = { monitored_resource: 'cloud_run_revision' };

/** What PromQL calls a metric. */
const promName = (type: string) => type.replace('/', ':').replaceAll(/[^\w:]/g, '_');
const selector = (of: Of) =>
  `{${Object.entries(of)
    .map(([label, value]) => `${label}="${value}"`)
    .join(',')}}`;
const increase = (name: string, of: Of, window: string, offset = '') =>
  `sum(increase(${name}${selector(of)}[${window}]${offset}))`;
/** A metric has no data where what it counts does not happen. */
const orNone = (query: string) => `(${query} or vector(0))`;

const asked = (displayName: string, query: string, lastingMinutes = 0): Condition => ({
  displayName,
  // The metric has no data before what it counts has happened once.
  conditionPrometheusQueryLanguage: {
    query,
    duration: `${lastingMinutes * 60}s`,
    evaluationInterval: lastingMinutes === 0 ? '300s' : '60s',
    disableMetricValidation: true,
  },
});
