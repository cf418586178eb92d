import { quantile } from '../../measure/load.ts';
import { DEFAULTS } from '../../simulate/defaults.ts';
import { meanOf } from '../../simulate/model/random.ts';
import type { Settings } from '../../simulate/model/settings.ts';
import { simulate } from '../../simulate/model/simulate.ts';
import { ASSUMED } from '../inputs.ts';
import { costOf, needOf } from '../reckon.ts';
import { barChart } from './bar-chart.ts';
import { lineChart } from './line-chart.ts';

/** The deployment as it is, but for the model's own limit, which each account has another of. */
const SETTINGS: Settings = {
  ...DEFAULTS,
  provider: { ...DEFAULTS.provider, callsPerMinute: Number.POSITIVE_INFINITY },
};
const PLACES = SETTINGS.queue.concurrentDispatches;
const MINUTE_MS = 60_000;

const RATES = [2, 8, 16, 24, 28, 30, 31, 33, 36];

function latencyByLoad(): string {
  const points = RATES.map((perSecond) => {
    const arrivals = { kind: 'poisson', perSecond, forMs: 3 * MINUTE_MS } as const;
    const { latencies } = simulate({ ...SETTINGS, arrivals }).tally;
    return { perSecond, p50: quantile(latencies, 0.5) / 1000, p95: quantile(latencies, 0.95) / 1000 };
  });
  const most = PLACES / (meanOf(ASSUMED.latency) / 1000);
  return lineChart({
    title: `From acceptance to the end, by load: ${PLACES} worker places`,
    text: `Flat up to ${most.toFixed(0)} operations a second, where all places are taken; beyond that the queue grows for as long as the load lasts.`,
    x: { name: 'operations a second, for three minutes', from: 0, to: 40, ticks: [0, 6, 12, 18, 24, 30, 36] },
    y: { name: 'seconds', from: 0, to: 50, ticks: [0, 10, 20, 30, 40, 50] },
    lines: [
      { name: 'p50', points: points.map(({ perSecond, p50 }) => [perSecond, p50]), labelAt: -1 },
      { name: 'p95', points: points.map(({ perSecond, p95 }) => [perSecond, p95]), labelAt: -1 },
    ],
    marks: [{ x: most, name: 'all places taken' }],
  });
}

const OUTAGE = [5, 15] as const;

function recovery(): string {
  const run = (perSecond: number, places: number) => {
    const { concurrency } = SETTINGS.worker;
    const { buckets } = simulate(
      {
        ...SETTINGS,
        arrivals: { kind: 'poisson', perSecond, forMs: 35 * MINUTE_MS },
        queue: { ...SETTINGS.queue, concurrentDispatches: places },
        worker: { ...SETTINGS.worker, max: places / concurrency },
        provider: {
          ...SETTINGS.provider,
          outages: [[OUTAGE[0] * MINUTE_MS, OUTAGE[1] * MINUTE_MS]],
        },
      },
      { bucketMs: MINUTE_MS / 2, untilMs: 35 * MINUTE_MS },
    ).tally;
    return buckets.map(
      ({ fromMs, unfinished }) => [(fromMs + MINUTE_MS / 2) / MINUTE_MS, unfinished] as const,
    );
  };
  return lineChart({
    title: 'All models away for ten minutes: unfinished operations at 5 a second',
    text: 'They rise by 300 a minute, and are worked off in about ten minutes after the outage with 200 places, and in more with 40.',
    x: { name: 'minutes', from: 0, to: 35, ticks: [0, 5, 10, 15, 20, 25, 30, 35] },
    y: { name: 'unfinished', from: 0, to: 4000, ticks: [0, 1000, 2000, 3000, 4000] },
    lines: [
      { name: '200 places', points: run(5, 200), labelAt: 44 },
      { name: '40 places', points: run(5, 40), labelAt: 56 },
    ],
    marks: [
      { x: OUTAGE[0], name: 'models away' },
      { x: OUTAGE[1], name: 'back' },
    ],
  });
}

function costSplit(): string {
  const bars = Object.entries(costOf(needOf(100)))
    .map(([name, each]) => ({ name, value: each * 1000, shown: `$${(each * 1000).toPrecision(2)}` }))
    .sort((a, b) => b.value - a.value);
  return barChart({
    title: 'What 1,000 operations cost, at 100 a second (logarithmic)',
    text: bars.map(({ name, shown }) => `${name} ${shown}`).join(', '),
    bars,
    from: 0.0001,
    to: 10,
    tick: (value) => `$${value}`,
  });
}

/** The pictures of docs/scale.md by their file names in docs/scale/. */
export const pictures = (): ReadonlyMap<string, string> =>
  new Map([
    ['latency.svg', latencyByLoad()],
    ['outage.svg', recovery()],
    ['cost.svg', costSplit()],
  ]);
