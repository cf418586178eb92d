import { DEFAULTS, deployed } from '../../simulate/defaults.ts';
import { meanOf } from '../../simulate/model/random.ts';
import { ASSUMED, LIMITS, MEASURED, PRICES } from '../inputs.ts';
import { type Cost, costOf, monthly, needOf, READS, sumOf } from '../reckon.ts';

export const RATES = [1, 100, 10_000, 1_000_000] as const;

const number = (value: number): string =>
  value >= 1000
    ? Math.round(value).toLocaleString('en-US')
    : String(Number(value.toPrecision(value >= 100 ? 3 : 2)));

const money = (value: number): string => {
  if (value >= 1e9) return `$${(value / 1e9).toPrecision(3)} bn`;
  if (value >= 1e6) return `$${(value / 1e6).toPrecision(3)} m`;
  return value >= 1000
    ? `$${number(Number(value.toPrecision(3)))}`
    : `$${value >= 100 ? value.toFixed(0) : value.toPrecision(2)}`;
};

const table = (rows: readonly (readonly string[])[]): string => {
  const [head = [], ...rest] = rows;
  const lines = [head, head.map(() => '---'), ...rest].map((cells) => `| ${cells.join(' | ')} |`);
  return lines.join('\n').replace(/^\|.*---.*\|$/m, (line) => line.replaceAll(' ', ''));
};

/** What one operation takes. */
function operation(): string {
  const { processorUs, bytes } = MEASURED;
  const ms = (us: number) => `${(us / 1000).toFixed(1)} ms`;
  return table([
    ['one operation', 'submit', 'worker', 'operations, two polls'],
    [
      'processor time',
      ms(processorUs.submit),
      ms(processorUs.worker),
      ms(processorUs.operations * ASSUMED.polls),
    ],
    ['Firestore', '1 write', `2 writes, ${number(READS - ASSUMED.polls)} reads`, '2 reads'],
    ['Cloud Tasks', '1 creation', '1 delivery', '–'],
    [
      'has its place for',
      `${ASSUMED.submitMs} ms`,
      `${(meanOf(ASSUMED.latency) / 1000).toFixed(1)} s`,
      `2 × ${ASSUMED.pollMs} ms`,
    ],
    [
      'bytes',
      `${number(bytes.stored)} stored`,
      `${number(bytes.logged)} logged by all`,
      `${number(bytes.polled)} with the result`,
    ],
  ]);
}

function needs(): string {
  const all = RATES.map(needOf);
  const row = (name: string, of: (need: ReturnType<typeof needOf>) => number) => [
    name,
    ...all.map((each) => number(of(each))),
  ];
  return table([
    ['operations a second', ...RATES.map(number)],
    row('Firestore writes a second', ({ writes }) => writes),
    row('Firestore reads a second', ({ reads }) => reads),
    row('model calls under way', ({ underWay }) => underWay),
    row('worker instances', ({ instances }) => instances.worker),
    row('submit and operations instances', ({ instances }) => instances.submit + instances.operations),
    row('Cloud Tasks queues', ({ queues }) => queues),
    row('collections, each with its index of `due_at`', ({ parts }) => parts),
    row(`regions of ${number(LIMITS.vCpusPerRegion)} processors`, ({ regions }) => regions),
    row('stored, GiB', ({ storedGiB }) => storedGiB),
  ]);
}

function costs(): string {
  const all = RATES.map((perSecond) => ({ perSecond, cost: costOf(needOf(perSecond)) }));
  const names = Object.keys(all[0]?.cost ?? {}) as (keyof Cost)[];
  return table([
    ['a month', ...RATES.map((rate) => `${number(rate)}/s`)],
    ...names.map((name) => [
      name,
      ...all.map(({ perSecond, cost }) => money(monthly(perSecond, cost[name]))),
    ]),
    ['**sum**', ...all.map(({ perSecond, cost }) => `**${money(monthly(perSecond, sumOf(cost)))}**`)],
    [
      'without the model, for 1,000 operations',
      ...all.map(({ cost }) => money((sumOf(cost) - cost['model tokens']) * 1000)),
    ],
  ]);
}

function prices(): string {
  const { firestore, cloudTasks, cloudRun, hosting, logs, gemini } = PRICES;
  const per = (price: number, count: number) => money(price * count);
  return table([
    ['price', '', 'source'],
    [
      'Firestore read, write, TTL delete; stored',
      `${per(firestore.read, 1e5)}, ${per(firestore.write, 1e5)}, ${per(firestore.ttlDelete, 1e5)} per 100,000; ${money(firestore.storedGiBMonth)} per GiB and month`,
      'firebase.google.com/docs/firestore/pricing',
    ],
    [
      'Cloud Tasks creation or delivery',
      `${per(cloudTasks.each, 1e6)} per 1,000,000`,
      'cloud.google.com/tasks/pricing',
    ],
    [
      'Cloud Run request; instance of 1 vCPU, 1 GiB',
      `${per(cloudRun.request, 1e6)} per 1,000,000; $${(cloudRun.vCpuSecond + ASSUMED.deployedGiB * cloudRun.GiBSecond).toFixed(8)} per s`,
      'cloud.google.com/run/pricing',
    ],
    [
      'Hosting transfer; logs',
      `${money(hosting.GB)} per GB; ${money(logs.GiB)} per GiB`,
      'firebase.google.com/pricing, cloud.google.com/stackdriver/pricing',
    ],
    [
      '`gemini-3.8-flash` in, out',
      `$${gemini.inputToken * 1e6}, $${gemini.outputToken * 1e6} per 1,000,000 tokens, until 31 December 2026; then twice as much`,
      'ai.google.dev/gemini-api/docs/pricing, read on 7 October 2026',
    ],
  ]);
}

function settings(): string {
  const { queue, worker, limits } = DEFAULTS;
  return `${worker.max} worker instances of ${worker.concurrency} places, ${queue.dispatchesPerSecond} dispatches a second, ${limits.maxAttempts} attempts, ${deployed('_SUBMIT_MAX_INSTANCES')} instances of submit`;
}

/** What docs/scale.md has between its marks, by their names. */
export const BLOCKS: Readonly<Record<string, () => string>> = { operation, needs, costs, prices, settings };
