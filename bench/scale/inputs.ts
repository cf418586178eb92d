/**
 * What docs/scale.md and the simulation's defaults reckon with: what was measured, what Google asks and allows, and what is
 * assumed. `npm run scale` makes the tables and pictures from it.
 */

/**
 * One operation of `workload.ts`: 2,000 units, 16 findings, asynchronous. From `bench/scale/measure.ts`: the functions on the
 * emulator at 20 operations a second, with a model on loopback, on two busy cores.
 */
export const MEASURED = {
  /** Microseconds of the function's process for one request. */
  processorUs: { submit: 3040, worker: 6580, operations: 2270 },
  bytes: { stored: 23_320, logged: 2522, polled: 16_358 },
} as const;

/** Counted on the wire by `test/operations/store/rpc-budget.test.ts`; without polls and looks at the lease. */
export const COUNTED = { writes: 3, reads: 1, ttlDeletes: 1, tasks: 2, requests: 2 } as const;

/** List prices in US dollars, tier 1, without free tiers and discounts, of 22 November 2026. */
export const PRICES = {
  /** firebase.google.com/docs/firestore/pricing, us-central1. */
  firestore: { read: 0.03 / 1e5, write: 0.09 / 1e5, ttlDelete: 0.01 / 1e5, storedGiBMonth: 0.15 },
  /** cloud.google.com/tasks/pricing: a creation or a delivery. */
  cloudTasks: { each: 0.4 / 1e6 },
  /** cloud.google.com/run/pricing, billed by requests. */
  cloudRun: { request: 0.4 / 1e6, vCpuSecond: 0.000_024, GiBSecond: 0.000_002_5 },
  /** firebase.google.com/pricing */
  hosting: { GB: 0.15 },
  /** cloud.google.com/stackdriver/pricing */
  logs: { GiB: 0.5 },
  /** ai.google.dev/gemini-api/docs/pricing, as of 7 October 2026: `gemini-3.8-flash`, until 31 December 2026; then twice as much. */
  gemini: { inputToken: 0.75 / 1e6, outputToken: 3.75 / 1e6 },
} as const;

/** What Google allows. */
export const LIMITS = {
  /** cloud.google.com/tasks/docs/quotas; docs.cloud.google.com/tasks/docs/reference/rpc/google.cloud.tasks.v2#ratelimits */
  dispatchesPerQueue: 500,
  concurrentDispatchesPerQueue: 5000,
  queuesPerRegion: 1000,
  /** cloud.google.com/firestore/quotas: writes to a collection with a rising value in an index. */
  risingWritesPerSecond: 500,
  databasesPerProject: 100,
  /** cloud.google.com/run/docs/configuring/max-instances-limits: the baseline of its example, in a region. */
  vCpusPerRegion: 1000,
} as const;

/** What is not measured, because nothing here has run on Google Cloud. */
export const ASSUMED = {
  /** Of a worker, until its first request is served. */
  coldStartMs: 1500,
  /** Of one call of the model. */
  latency: { kind: 'lognormal', p50Ms: 5000, p95Ms: 15_000 },
  polls: 2,
  /** Milliseconds for which a request of `submit` and of `operations` has its place: store, and Cloud Tasks. */
  submitMs: 60,
  pollMs: 15,
  /** docs/gemini.md: 761 + 114 + 44 + 2,000 / 3.55 in; 16 × 51 and 500 of thinking out. */
  inputTokens: 1482,
  outputTokens: 1316,
  /** Cloud Run fills an instance so far, its processor and its places. */
  target: 0.6,
  /** A worker instance: as deployed, and wide, for many operations. */
  deployedGiB: 1,
  wide: { concurrency: 100, GiB: 1 },
} as const;

export const SECONDS_PER_MONTH = 30 * 86_400;
