import * as gcp from '@pulumi/gcp';
import { type Counted, countedOf } from './counted.ts';
import type { Place } from './place.ts';

export type MetricName = keyof ReturnType<typeof countedOf>;
export type Metrics = Readonly<Record<MetricName, gcp.logging.Metric>>;

/** What Cloud Monitoring calls a log metric. */
export const metricType = (name: MetricName): string => `logging.googleapis.com/user/${name}`;

export function makeMetrics({ project, config, after }: Place): Metrics {
  const counted = countedOf(config.settings._SWEEP_JOB, config.settings._WORKER_SERVICE);
  // A percentile is known no better than its bucket, so the threshold of the alert is the bound of one.
  const withThreshold = (bounds: readonly number[]) =>
    [...new Set([...bounds, config.oldestOperationS])].sort((a, b) => a - b);
  const made = Object.entries(counted).map(([name, metric]: [string, Counted]) => {
    const { what: description, filter, labels = {}, value, unit = '1', bounds } = metric;
    const metricDescriptor = {
      metricKind: 'DELTA',
      valueType: value === undefined ? 'INT64' : 'DISTRIBUTION',
      unit,
      labels: Object.keys(labels).map((key) => ({ key, valueType: 'STRING' })),
    };
    const extracted = {
      ...(value !== undefined && { valueExtractor: value }),
      ...(bounds !== undefined && { bucketOptions: { explicitBuckets: { bounds: withThreshold(bounds) } } }),
    };
    const args = {
      project,
      name,
      description,
      filter,
      labelExtractors: labels,
      metricDescriptor,
      ...extracted,
    };
    return [name, new gcp.logging.Metric(name, args, after)];
  });
  return Object.fromEntries(made) as Metrics;
}
