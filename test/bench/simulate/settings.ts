import { DEFAULTS } from '../../../bench/simulate/defaults.ts';
import type { Settings } from '../../../bench/simulate/model/settings.ts';

const NO_TIME = {
  storeReadMs: 0,
  storeWriteMs: 0,
  enqueue: { kind: 'constant', ms: 0 },
  claimProcessorMs: 0,
  finishProcessorMs: 0,
} as const;

/** A service in which only the language model takes time, and `places` operations are worked on at once. */
export const onlyModel = (places: number, changes: Partial<Settings> = {}): Settings => ({
  ...DEFAULTS,
  tenants: 1,
  quota: { requestsPerMinute: 1e9, submitInstances: 1, unfinishedOperations: 1e9 },
  queue: {
    ...DEFAULTS.queue,
    dispatchesPerSecond: Number.POSITIVE_INFINITY,
    concurrentDispatches: places,
  },
  worker: { concurrency: places, min: 1, max: 1, coldStartMs: 0, idleMs: 0 },
  provider: {
    ...DEFAULTS.provider,
    models: 1,
    callsPerMinute: Number.POSITIVE_INFINITY,
    latency: { kind: 'constant', ms: 1000 },
  },
  limits: { ...DEFAULTS.limits, maxAgeMs: 1e12, attemptTimeoutMs: 1e12 },
  steps: NO_TIME,
  // Whoever waits in the queue is not lost.
  sweepEveryMs: 1e12,
  ...changes,
});
