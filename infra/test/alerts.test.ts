import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSettings } from '../../scripts/deploy/settings.ts';
import { pauseBeforeNext } from '../../shared/operations/attempt/pause.ts';
import { countedOf } from '../counted.ts';
import { made, ofType, stackFile } from './stack.ts';

const root = new URL('../../', import.meta.url);
const operating = readFileSync(new URL('docs/operate.md', root), 'utf8');
const all = await made(stackFile('production'));
const policies = ofType(all, 'monitoring/alertPolicy:AlertPolicy');
const conditionsOf = (name: string) => policies.find((policy) => policy.name === name)?.inputs.conditions;

/** The anchors of a Markdown file's headings, as GitHub makes them. */
const anchorsOf = (markdown: string): string[] =>
  [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s-]/gu, '')
      .replaceAll(' ', '-'),
  );

describe('alerts', () => {
  it('name a paragraph of docs/operate.md each, and somebody who is told', () => {
    const anchors = anchorsOf(operating);
    expect(policies.length).toBeGreaterThan(20);
    for (const { name, inputs } of policies) {
      const [, anchor] = /^What to do: docs\/operate\.md#([\w-]+)$/.exec(inputs.documentation.content) ?? [];
      expect(anchors, name).toContain(anchor);
      expect(inputs.notificationChannels, name).toEqual(['on-call@example.com-id']);
    }
  });

  it('are all those of docs/operate.md', () => {
    const named = [...operating.matchAll(/^\| \[([^\]]+)\]\(#/gm)].map(([, name = '']) => name.toLowerCase());
    expect(named.length).toBeGreaterThan(15);
    const titles = policies.map(({ inputs }) => inputs.displayName.toLowerCase());
    for (const name of named)
      expect(
        titles.filter((title) => title.startsWith(name)),
        name,
      ).not.toEqual([]);
  });

  it('are sent when no sweep succeeds, by absence, and stay open until one does', async () => {
    const [{ conditionPrometheusQueryLanguage }] = conditionsOf('sweep-absent');
    expect(conditionPrometheusQueryLanguage).toMatchObject({
      query:
        '(sum(increase(logging_googleapis_com:user_sweeps{monitored_resource="cloud_scheduler_job"}[5m])) or vector(0)) == 0',
      duration: '300s',
      evaluationInterval: '60s',
    });
    expect(operating).toContain(`\n${conditionPrometheusQueryLanguage.query}\n`);
    // An incident of these is closed when there has been no data for as long as autoClose says.
    expect(JSON.stringify(policies)).not.toContain('conditionAbsent');
    const { 'tamil:image': _, ...without } = stackFile('production');
    expect((await made(without)).map(({ name }) => name)).not.toContain('sweep-absent');
  });

  it('wake nobody for one failure of a quiet night', () => {
    const shares = policies.filter(
      ({ inputs }) => inputs.severity === 'CRITICAL' && JSON.stringify(inputs).includes('denominatorFilter'),
    );
    expect(shares.map(({ name }) => name).sort()).toEqual(['model-away', 'operations-fail']);
    for (const { inputs } of shares) {
      const [{ conditionThreshold: share }, { conditionThreshold: count }] = inputs.conditions;
      expect(inputs.combiner).toBe('AND');
      expect([count.filter, count.thresholdValue]).toEqual([share.filter, 5]);
    }
  });

  it('look at the queue’s depth, at late tasks, and at a queue that stands', () => {
    const [deep] = conditionsOf('queue-deep');
    // 20 places of 10 instances, ten minutes, attempts of four minutes.
    expect(deep.conditionThreshold.thresholdValue).toBe(500);
    expect(conditionsOf('tasks-late')[0].conditionThreshold.filter).toContain('queue/task_attempt_delays');
    const [{ conditionPrometheusQueryLanguage: stands }] = conditionsOf('queue-stands');
    const queue = '{monitored_resource="cloud_tasks_queue",queue_id="operations"}';
    expect(stands.query).toBe(
      `sum(cloudtasks_googleapis_com:queue_depth${queue}) > 0 and ` +
        `(sum(increase(cloudtasks_googleapis_com:queue_task_attempt_count${queue}[5m])) or vector(0)) == 0`,
    );
  });

  it('take a task that waits for its next attempt for no queue that stands', () => {
    const longest = pauseBeforeNext({ attempts: 99, leftMs: Number.POSITIVE_INFINITY }, () => 1);
    const attemptMs = Number(readSettings({})['_WORKER_ATTEMPT_TIMEOUT_MS']);
    const [{ conditionPrometheusQueryLanguage: stands }] = conditionsOf('queue-stands');
    expect(Number.parseInt(stands.duration, 10) * 1000).toBeGreaterThanOrEqual(longest + attemptMs);
  });

  it('look at how long the oldest operation waits, which no metric of Google says', () => {
    const [{ conditionThreshold }] = conditionsOf('operation-waits');
    expect(conditionThreshold).toMatchObject({
      filter:
        'resource.type="cloud_run_revision" AND metric.type="logging.googleapis.com/user/oldest-operation"',
      aggregations: [{ perSeriesAligner: 'ALIGN_PERCENTILE_99', crossSeriesReducer: 'REDUCE_MAX' }],
      thresholdValue: 600,
    });
    const metric = ofType(all, 'logging/metric:Metric').find(({ name }) => name === 'oldest-operation');
    expect(metric?.inputs).toMatchObject({
      valueExtractor: 'EXTRACT(jsonPayload.oldest_s)',
      metricDescriptor: { valueType: 'DISTRIBUTION', unit: 's' },
    });
    // A percentile is known no better than its bucket, so the threshold is the bound of one.
    expect(metric?.inputs.bucketOptions.explicitBuckets.bounds).toContain(600);
    const charts = JSON.parse(ofType(all, 'monitoring/dashboard:Dashboard')[0]?.inputs.dashboardJson);
    expect(JSON.stringify(charts)).toContain('user/oldest-operation');
  });

  it('take the longest wait from the stack', async () => {
    const other = await made({ ...stackFile('production'), 'tamil:oldestOperationS': '450' });
    const policy = ofType(other, 'monitoring/alertPolicy:AlertPolicy').find(
      ({ name }) => name === 'operation-waits',
    );
    expect(policy?.inputs.conditions[0].conditionThreshold.thresholdValue).toBe(450);
    const metric = ofType(other, 'logging/metric:Metric').find(({ name }) => name === 'oldest-operation');
    const { bounds } = metric?.inputs.bucketOptions.explicitBuckets ?? {};
    expect(bounds).toEqual([...new Set<number>(bounds)].sort((a, b) => a - b));
    expect(bounds).toContain(450);
  });

  it('burn rates over a long window and a short one, for each objective', () => {
    const objectives = ofType(all, 'monitoring/slo:Slo');
    expect(objectives.map(({ name }) => name).sort()).toEqual([
      'operations-availability',
      'submit-availability',
      'submit-latency',
    ]);
    for (const { name } of objectives)
      for (const [speed, windows] of Object.entries({ fast: ['3600s', '300s'], slow: ['21600s', '1800s'] }))
        expect(
          conditionsOf(`${name}-${speed}`).map(
            (c: { conditionThreshold: { filter: string } }) => c.conditionThreshold.filter,
          ),
        ).toEqual(
          windows.map(
            (window) =>
              `select_slo_burn_rate("projects/my-tamil-api/services/${name}/serviceLevelObjectives/${name}", "${window}")`,
          ),
        );
  });

  it('look at tokens and at money', () => {
    const [{ conditionPrometheusQueryLanguage }] = conditionsOf('token-spend');
    expect(conditionPrometheusQueryLanguage.query).toBe(
      'sum(increase(logging_googleapis_com:user_output_tokens_sum{monitored_resource="cloud_run_revision"}[1h])) > 20000000',
    );
    const [budget] = ofType(all, 'billing/budget:Budget');
    expect(budget?.inputs.amount.specifiedAmount).toEqual({ currencyCode: 'USD', units: '2000' });
    expect(budget?.inputs.allUpdatesRule.monitoringNotificationChannels).toEqual(['on-call@example.com-id']);
  });

  it('and charts use only log metrics and labels that exist', () => {
    const metrics = new Map(ofType(all, 'logging/metric:Metric').map(({ inputs }) => [inputs.name, inputs]));
    const [dashboard] = ofType(all, 'monitoring/dashboard:Dashboard');
    const filters = JSON.stringify([policies, JSON.parse(dashboard?.inputs.dashboardJson)]).replaceAll(
      '\\"',
      '"',
    );
    const used = [
      ...filters.matchAll(/logging\.googleapis\.com\/user\/([\w-]+)"(?: AND metric\.labels\.(\w+))?/g),
    ];
    expect(used.length).toBeGreaterThan(20);
    for (const [, name, label] of used) {
      expect([...metrics.keys()]).toContain(name);
      if (label !== undefined) expect(Object.keys(metrics.get(name)?.labelExtractors), name).toContain(label);
    }
  });
});

/** What the lines are counted as is in test/deploy/log-metrics.test.ts of the project. */
describe('log metrics', () => {
  const sources = ['shared', 'functions'].flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, root), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(new URL(`${folder}/${file}`, root), 'utf8')),
  );
  const code = sources.join('\n');
  const counted = Object.entries(countedOf('sweep-operations', 'worker'));

  it.each(counted)('%s: the code writes each value', (_, { filter }) => {
    for (const [, field, value = ''] of filter.matchAll(/jsonPayload\.([\w.]+)="([^"]+)"/g))
      expect(code, `${field}=${value}`).toContain(`'${value}'`);
  });
});
