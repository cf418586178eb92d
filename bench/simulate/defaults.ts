import { readFileSync } from 'node:fs';
import { readSettings } from '../../scripts/deploy/settings.ts';
import { environment } from '../../shared/environment.ts';
import { DEFAULT_GEMINI_MODELS } from '../../shared/providers/gemini/models.ts';
import { ASSUMED, MEASURED } from '../scale/inputs.ts';
import type { Settings } from './model/settings.ts';

const env = environment(true).parse({});
const settings = readSettings({});
const queueScript = readFileSync(new URL('../../scripts/deploy/queue.sh', import.meta.url), 'utf8');

/** A number of `scripts/deploy/settings.env`. */
export const deployed = (name: string): number => numeric(name, settings[name]);
/** Seconds that `scripts/deploy/queue.sh` sets. */
const ofQueue = (flag: string): number =>
  numeric(flag, new RegExp(`--${flag}=(\\d+)s`).exec(queueScript)?.[1]);

function numeric(name: string, value: string | undefined): number {
  if (value === undefined || !/^\d+$/.test(value)) throw new Error(`the deployment sets no number ${name}`);
  return Number(value);
}

/** The deployment as `scripts/deploy/` makes it, with the defaults of the environment and the measured costs. */
export const DEFAULTS: Settings = {
  seed: 1,
  arrivals: { kind: 'poisson', perSecond: 10, forMs: 600_000 },
  tenants: 20,
  quota: {
    requestsPerMinute: env.TENANT_REQUESTS_PER_MINUTE,
    submitInstances: 1,
    unfinishedOperations: env.TENANT_UNFINISHED_OPERATIONS,
  },
  queues: 1,
  queue: {
    dispatchesPerSecond: deployed('_QUEUE_DISPATCHES_PER_SECOND'),
    concurrentDispatches: deployed('_WORKER_CONCURRENCY') * deployed('_WORKER_MAX_INSTANCES'),
    backoff: { minMs: ofQueue('min-backoff') * 1000, maxMs: ofQueue('max-backoff') * 1000 },
    maxDispatches: deployed('_WORKER_MAX_ATTEMPTS') * 3,
  },
  worker: {
    concurrency: deployed('_WORKER_CONCURRENCY'),
    min: deployed('_WORKER_MIN_INSTANCES'),
    max: deployed('_WORKER_MAX_INSTANCES'),
    coldStartMs: ASSUMED.coldStartMs,
    idleMs: 15 * 60_000,
  },
  provider: {
    latency: ASSUMED.latency,
    faultMs: 100,
    models: DEFAULT_GEMINI_MODELS.length,
    callsPerMinute: 1000,
    throttledShare: 0,
    failingShare: 0,
    outages: [],
  },
  limits: {
    maxAttempts: env.WORKER_MAX_ATTEMPTS,
    maxAgeMs: env.OPERATION_MAX_AGE_S * 1000,
    attemptTimeoutMs: env.WORKER_ATTEMPT_TIMEOUT_MS,
  },
  steps: {
    storeReadMs: 5,
    storeWriteMs: 10,
    enqueue: { kind: 'lognormal', p50Ms: 50, p95Ms: 150 },
    claimProcessorMs: MEASURED.processorUs.worker / 2 / 1000,
    finishProcessorMs: MEASURED.processorUs.worker / 2 / 1000,
  },
  sweepEveryMs: 60_000,
  lostTasks: 0,
};
