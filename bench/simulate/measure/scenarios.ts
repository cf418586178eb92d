import { median } from '../../measure/load.ts';
import { DEFAULTS } from '../defaults.ts';
import { type Duration, poissonTimes, seeded } from '../model/random.ts';
import type { Settings } from '../model/settings.ts';

/** A load on the deployed shape, and what the language model does meanwhile. */
export interface Scenario {
  readonly perSecond: number;
  readonly seconds: number;
  /** Share of the calls that are answered 429. */
  readonly throttledShare?: number;
  /** Milliseconds from the begin: from, until. */
  readonly outage?: readonly [number, number];
}

/** Dispatches at once. */
export const CONCURRENCY = 32;
export const MODEL = { latencyMs: 3000, faultMs: 50 };

/** So little that operations do not wait for each other. */
export const CALIBRATION: Scenario = { perSecond: 3, seconds: 15 };

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'half loaded': { perSecond: 5, seconds: 40 },
  saturated: { perSecond: 40, seconds: 10 },
  '429 for a tenth of the calls': { perSecond: 4, seconds: 100, throttledShare: 0.1 },
  'an outage of 10 s': { perSecond: 5, seconds: 40, outage: [12_000, 22_000] },
};

/** What is fixed about a scenario before it is played, so that the service and the simulation meet the same. */
export interface Plan {
  /** When operations are sent, in milliseconds from the begin. */
  readonly atMs: readonly number[];
  /** Of each operation, so many first calls are answered 429. */
  readonly refusals: readonly number[];
}

/** The same for the same `seed`. */
export function planOf({ perSecond, seconds, throttledShare = 0 }: Scenario, seed: number): Plan {
  const random = seeded(seed);
  const atMs = poissonTimes(perSecond, seconds * 1000, random);
  // Each call is refused with the same chance, so refusals in a row are geometric.
  const refusals = atMs.map(() => Math.floor(Math.log(1 - random()) / Math.log(throttledShare)));
  return { atMs, refusals };
}

/**
 * The model's settings for either shape: one worker process without a limit of its own, and the stand-in's queue.
 * `overheadMs`: what operations took beside the time of the language model when there was little to do. Half of its median is
 * the store's: create, read, claim. The rest, with all of the variance, is the queue's.
 */
export function settingsFor({ outage }: Scenario, plan: Plan, overheadMs: readonly number[]): Settings {
  const { steps } = DEFAULTS;
  const processorMs = steps.claimProcessorMs + steps.finishProcessorMs;
  const halfMs = Math.max(1, median(overheadMs) - processorMs) / 2;
  const enqueue: Duration = {
    kind: 'sample',
    ms: overheadMs.map((ms) => Math.max(0, ms - processorMs - halfMs)),
  };
  return {
    ...DEFAULTS,
    arrivals: { kind: 'times', atMs: plan.atMs },
    tenants: 1,
    quota: { requestsPerMinute: 1_000_000, submitInstances: 1, unfinishedOperations: 1_000_000 },
    queue: {
      dispatchesPerSecond: Number.POSITIVE_INFINITY,
      concurrentDispatches: CONCURRENCY,
      backoff: { minMs: 250, maxMs: 30_000 },
      maxDispatches: 100,
    },
    worker: { concurrency: 1000, min: 1, max: 1, coldStartMs: 0, idleMs: 0 },
    provider: {
      latency: { kind: 'constant', ms: MODEL.latencyMs },
      faultMs: MODEL.faultMs,
      models: 1,
      callsPerMinute: Number.POSITIVE_INFINITY,
      throttledShare: 0,
      refusals: plan.refusals,
      failingShare: 0,
      outages: outage === undefined ? [] : [outage],
    },
    steps: { ...steps, storeReadMs: halfMs / 3, storeWriteMs: halfMs / 3, enqueue },
    sweepEveryMs: 2000,
  };
}
