import { parseArgs } from 'node:util';
import { quantile } from '../measure/load.ts';
import { DEFAULTS } from './defaults.ts';
import type { Settings } from './model/settings.ts';
import { type Outcome, simulate } from './model/simulate.ts';
import type { Bucket } from './model/tally.ts';

/**
 * Plays a load on a model of the deployment: `node bench/simulate/run.ts --rate 100 --instances 80 --timeline`. Without an
 * option its value is that of `scripts/deploy/`, of the environment's defaults, or measured.
 */
const OPTIONS = {
  rate: 'operations a second, a Poisson process',
  minutes: 'for so long operations come',
  tenants: 'so many, all alike',
  'unfinished-per-tenant': 'quota of a tenant',
  queues: 'queues of Cloud Tasks',
  'dispatches-per-second': 'of one queue',
  concurrency: 'requests at once in one worker instance',
  instances: 'worker instances at most',
  'cold-start-ms': 'of a worker instance',
  attempts: 'of an operation at most',
  'latency-ms': 'of the model: p50,p95',
  'calls-per-minute': 'of one model; beyond it 429',
  models: 'in the chain',
  throttled: 'share of the calls that are answered 429',
  failing: 'share of the calls that are answered 503',
  outage: 'of all models, in minutes: from,until',
  lost: 'share of the tasks that get lost',
  seed: 'of all chance',
} as const;
type Option = keyof typeof OPTIONS;

const { values } = parseArgs({
  options: {
    ...(Object.fromEntries(Object.keys(OPTIONS).map((name) => [name, { type: 'string' }])) as Record<
      Option,
      { type: 'string' }
    >),
    timeline: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  for (const [name, what] of Object.entries(OPTIONS)) console.log(`  --${name.padEnd(24)}${what}`);
  console.log(`  --${'timeline'.padEnd(24)}a line for each minute`);
} else {
  const settings = settingsOf();
  const begun = performance.now();
  const outcome = simulate(settings, { bucketMs: 60_000 });
  const took = (performance.now() - begun) / 1000;
  console.log(summary(settings, outcome, took));
  if (values.timeline) console.log(`\n${timeline(outcome.tally.buckets)}`);
}

function settingsOf(): Settings {
  const numbers = (name: Option, otherwise: readonly number[]): number[] => {
    const given = values[name]?.split(',').map(Number) ?? [...otherwise];
    if (given.length !== otherwise.length || given.some((value) => !Number.isFinite(value) || value < 0))
      throw new Error(`--${name} takes ${otherwise.length === 1 ? 'a number' : 'two numbers, as 1,2'}`);
    return given;
  };
  const number = (name: Option, otherwise: number): number => numbers(name, [otherwise])[0] ?? otherwise;
  const { arrivals, tenants, quota, queue, worker, provider } = DEFAULTS;
  const { perSecond, forMs } = arrivals.kind === 'poisson' ? arrivals : { perSecond: 10, forMs: 600_000 };
  const latency = provider.latency.kind === 'lognormal' ? provider.latency : { p50Ms: 5000, p95Ms: 15_000 };
  const [p50Ms = 0, p95Ms = 0] = numbers('latency-ms', [latency.p50Ms, latency.p95Ms]);
  const [from = 0, until = 0] = numbers('outage', [0, 0]).map((minute) => minute * 60_000);
  const concurrency = number('concurrency', worker.concurrency);
  const max = number('instances', worker.max);
  const queues = number('queues', DEFAULTS.queues);
  return {
    ...DEFAULTS,
    seed: number('seed', DEFAULTS.seed),
    arrivals: {
      kind: 'poisson',
      perSecond: number('rate', perSecond),
      forMs: number('minutes', forMs / 60_000) * 60_000,
    },
    tenants: number('tenants', tenants),
    quota: { ...quota, unfinishedOperations: number('unfinished-per-tenant', quota.unfinishedOperations) },
    queues,
    queue: {
      ...queue,
      dispatchesPerSecond: number('dispatches-per-second', queue.dispatchesPerSecond),
      concurrentDispatches: Math.min(5000, Math.ceil((concurrency * max) / queues)),
    },
    worker: { ...worker, concurrency, max, coldStartMs: number('cold-start-ms', worker.coldStartMs) },
    provider: {
      ...provider,
      latency: { kind: 'lognormal', p50Ms, p95Ms },
      models: number('models', provider.models),
      callsPerMinute: number('calls-per-minute', provider.callsPerMinute),
      throttledShare: number('throttled', provider.throttledShare),
      failingShare: number('failing', provider.failingShare),
      outages: until > from ? [[from, until]] : [],
    },
    limits: { ...DEFAULTS.limits, maxAttempts: number('attempts', DEFAULTS.limits.maxAttempts) },
    lostTasks: number('lost', DEFAULTS.lostTasks),
  };
}

function summary({ worker, queue, queues, limits }: Settings, outcome: Outcome, took: number): string {
  const { tally, tasks, calls, instances } = outcome;
  const { accepted, finished, latencies, refused, rpcs } = tally;
  const seconds = (q: number) => `${(quantile(latencies, q) / 1000).toFixed(2)} s`;
  const each = (count: number) => (count / Math.max(1, accepted)).toFixed(2);
  const lines: readonly (readonly [string, string])[] = [
    ['accepted', `${accepted}, refused ${refused.rate} by rate and ${refused.unfinished} as unfinished`],
    ['ended', `${finished}: ${JSON.stringify(tally.endings)}`],
    [
      'throughput',
      `${outcome.perSecond.toFixed(2)} a second over ${(outcome.lastedMs / 60_000).toFixed(1)} minutes`,
    ],
    [
      'acceptance to end',
      `p50 ${seconds(0.5)}, p95 ${seconds(0.95)}, p99 ${seconds(0.99)}, longest ${seconds(1)}`,
    ],
    ['unfinished', `${outcome.meanUnfinished.toFixed(0)} on average, at most ${tally.mostUnfinished}`],
    ['attempts', `${each(tally.attempts)} an operation, of at most ${limits.maxAttempts}`],
    [
      'calls of models',
      `${each(calls.made)} an operation, ${calls.answered} answered, at most ${calls.most} at once`,
    ],
    [
      'tasks',
      `${each(tasks.created)} an operation, ${tasks.dispatched} dispatches, ${tasks.givenUp} given up`,
    ],
    [
      'queues',
      `${queues} of ${queue.dispatchesPerSecond} dispatches a second and ${queue.concurrentDispatches} at once`,
    ],
    [
      'worker instances',
      `at most ${instances.most} of ${worker.max}, ${instances.started} started, ${instances.refused} requests refused`,
    ],
    [
      'instance time',
      `${each(instances.billedMs / 1000)} s an operation billed, ${each(instances.computedMs)} ms computed`,
    ],
    ['Firestore', `${each(rpcs.writes)} writes and ${each(rpcs.reads)} reads of the worker an operation`],
    ['simulated in', `${took.toFixed(1)} s`],
  ];
  return lines.map(([what, value]) => `${what.padEnd(20)}${value}`).join('\n');
}

function timeline(buckets: readonly Bucket[]): string {
  const heads = ['minute', 'accepted', 'ended', 'unfinished', 'instances', 'p50 s', 'p95 s'];
  const rows = buckets.map(({ fromMs, accepted, finished, unfinished, instances, latencies }) => [
    String(fromMs / 60_000),
    String(accepted),
    String(finished),
    String(unfinished),
    String(instances),
    ...[0.5, 0.95].map((q) => (latencies.length === 0 ? '–' : (quantile(latencies, q) / 1000).toFixed(1))),
  ]);
  return [heads, ...rows].map((cells) => cells.map((cell) => cell.padStart(11)).join('')).join('\n');
}
