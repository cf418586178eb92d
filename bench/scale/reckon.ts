import { DUE_SHARDS } from '../../shared/operations/store/firestore/queries.ts';
import { deployed } from '../simulate/defaults.ts';
import { leaseLooks } from '../simulate/model/lease-looks.ts';
import { drawn, meanOf, seeded } from '../simulate/model/random.ts';
import { ASSUMED, COUNTED, LIMITS, MEASURED, PRICES, SECONDS_PER_MONTH } from './inputs.ts';

/** What so many operations a second need, everything steady. Rates are per second. */
export interface Need {
  readonly perSecond: number;
  readonly writes: number;
  readonly reads: number;
  readonly dispatches: number;
  /** Model calls, and so worker places, under way at once. */
  readonly underWay: number;
  readonly instances: { readonly submit: number; readonly worker: number; readonly operations: number };
  /** Memory of one. */
  readonly workerGiB: number;
  readonly queues: number;
  /** Firestore databases, or parts with a collection of their own, by the index of `due_at`. */
  readonly parts: number;
  readonly regions: number;
  readonly storedGiB: number;
}

/** What an operation costs, in US dollars. */
export interface Cost {
  readonly 'model tokens': number;
  readonly Firestore: number;
  readonly 'Firestore storage': number;
  readonly 'Cloud Run': number;
  readonly 'Cloud Tasks': number;
  readonly logs: number;
  readonly Hosting: number;
}

/** Writes of an operation that change `due_at`: create, claim, finish. */
const DUE_WRITES = 3;
const DRAWS = 20_000;

/** Reads by which attempts look after their lease, for each operation. */
const looks = (): number => {
  const random = seeded(1);
  let sum = 0;
  for (let n = 0; n < DRAWS; n += 1) sum += leaseLooks(drawn(ASSUMED.latency, random));
  return sum / DRAWS;
};
export const READS = COUNTED.reads + ASSUMED.polls + looks();

/** Instances for `rate` requests a second, each of which has its place for `placeMs` and the processor for `processorUs`. */
const instancesFor = (rate: number, placeMs: number, processorUs: number, concurrency: number): number =>
  Math.ceil(Math.max((rate * placeMs) / 1000 / concurrency, (rate * processorUs) / 1e6) / ASSUMED.target);

/** From so many operations a second on, worker instances have more places. */
const WIDE_FROM = 1000;

export function needOf(perSecond: number): Need {
  const { concurrency, GiB } =
    perSecond >= WIDE_FROM
      ? ASSUMED.wide
      : { concurrency: deployed('_WORKER_CONCURRENCY'), GiB: ASSUMED.deployedGiB };
  const latencyMs = meanOf(ASSUMED.latency);
  const { submit, worker, operations } = MEASURED.processorUs;
  const polls = perSecond * ASSUMED.polls;
  const instances = {
    submit: instancesFor(perSecond, ASSUMED.submitMs, submit, deployed('_SUBMIT_CONCURRENCY')),
    worker: instancesFor(perSecond, latencyMs, worker, concurrency),
    operations: instancesFor(polls, ASSUMED.pollMs, operations, deployed('_OPERATIONS_CONCURRENCY')),
  };
  const underWay = (perSecond * latencyMs) / 1000;
  const queues = Math.max(
    perSecond / LIMITS.dispatchesPerQueue,
    underWay / LIMITS.concurrentDispatchesPerQueue,
  );
  const all = instances.submit + instances.worker + instances.operations;
  return {
    perSecond,
    writes: perSecond * COUNTED.writes,
    reads: perSecond * READS,
    dispatches: perSecond,
    underWay,
    instances,
    workerGiB: GiB,
    queues: Math.ceil(queues),
    parts: Math.ceil((perSecond * DUE_WRITES) / (LIMITS.risingWritesPerSecond * DUE_SHARDS)),
    regions: Math.ceil(all / LIMITS.vCpusPerRegion),
    storedGiB: (perSecond * SECONDS_PER_MONTH * MEASURED.bytes.stored) / 2 ** 30,
  };
}

export function costOf(need: Need): Cost {
  const { perSecond, instances, workerGiB } = need;
  const { firestore, cloudTasks, cloudRun, hosting, logs, gemini } = PRICES;
  const { bytes } = MEASURED;
  const instanceSeconds = instances.submit + instances.operations + instances.worker;
  const GiB = (instances.submit + instances.operations) * ASSUMED.deployedGiB + instances.worker * workerGiB;
  return {
    'model tokens': ASSUMED.inputTokens * gemini.inputToken + ASSUMED.outputTokens * gemini.outputToken,
    Firestore:
      COUNTED.writes * firestore.write + READS * firestore.read + COUNTED.ttlDeletes * firestore.ttlDelete,
    // Each document lies for the thirty days of its retention.
    'Firestore storage': (bytes.stored / 2 ** 30) * firestore.storedGiBMonth,
    'Cloud Run':
      (COUNTED.requests + ASSUMED.polls) * cloudRun.request +
      (instanceSeconds * cloudRun.vCpuSecond + GiB * cloudRun.GiBSecond) / perSecond,
    'Cloud Tasks': COUNTED.tasks * cloudTasks.each,
    logs: (bytes.logged / 2 ** 30) * logs.GiB,
    // Only the last poll has the result.
    Hosting: (bytes.polled / 1e9) * hosting.GB,
  };
}

export const sumOf = (cost: Cost): number => Object.values(cost).reduce((sum, part) => sum + part, 0);
export const monthly = (perSecond: number, each: number): number => each * perSecond * SECONDS_PER_MONTH;
