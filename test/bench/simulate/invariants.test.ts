import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../../bench/simulate/defaults.ts';
import type { Settings } from '../../../bench/simulate/model/settings.ts';
import { type Outcome, simulate } from '../../../bench/simulate/model/simulate.ts';
import { deliveryGrace } from '../../../shared/operations/record/transitions.ts';

/** A generation whose grace is the longest. */
const LATE = 100;

/** A minute or two of a service in which much goes wrong. */
const troubled: fc.Arbitrary<Settings> = fc
  .record({
    seed: fc.nat(1000),
    perSecond: fc.integer({ min: 1, max: 40 }),
    tenants: fc.integer({ min: 1, max: 5 }),
    unfinishedOperations: fc.integer({ min: 5, max: 500 }),
    queues: fc.integer({ min: 1, max: 3 }),
    concurrency: fc.integer({ min: 1, max: 20 }),
    max: fc.integer({ min: 1, max: 5 }),
    dispatches: fc.integer({ min: 1, max: 100 }),
    callsPerMinute: fc.integer({ min: 60, max: 3000 }),
    throttledShare: fc.double({ min: 0, max: 0.4, noNaN: true }),
    failingShare: fc.double({ min: 0, max: 0.4, noNaN: true }),
    lostTasks: fc.double({ min: 0, max: 0.3, noNaN: true }),
    outage: fc.integer({ min: 0, max: 60_000 }),
  })
  .map((chosen) => ({
    ...DEFAULTS,
    seed: chosen.seed,
    arrivals: { kind: 'poisson', perSecond: chosen.perSecond, forMs: 60_000 },
    tenants: chosen.tenants,
    quota: { ...DEFAULTS.quota, unfinishedOperations: chosen.unfinishedOperations },
    queues: chosen.queues,
    queue: {
      ...DEFAULTS.queue,
      dispatchesPerSecond: chosen.dispatches,
      // More than the instances have room for, so that Cloud Run refuses some.
      concurrentDispatches: chosen.concurrency * chosen.max + 3,
    },
    worker: { ...DEFAULTS.worker, concurrency: chosen.concurrency, max: chosen.max },
    provider: {
      ...DEFAULTS.provider,
      callsPerMinute: chosen.callsPerMinute,
      throttledShare: chosen.throttledShare,
      failingShare: chosen.failingShare,
      outages: [[20_000, 20_000 + chosen.outage]],
    },
    lostTasks: chosen.lostTasks,
  }));

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
const figures = ({ tally, ...rest }: Outcome) => ({ ...rest, ...tally });

describe('whatever goes wrong in the simulation', () => {
  it('every accepted operation ends, once, and within its attempts and its time', () => {
    fc.assert(
      fc.property(troubled, (settings) => {
        const { tally, calls, tasks } = simulate(settings);
        const { accepted, finished, endings, latencies, attempts } = tally;
        expect(finished).toBe(accepted);
        expect(sum(Object.values(endings))).toBe(accepted);
        expect(latencies).toHaveLength(accepted);
        expect(attempts).toBeLessThanOrEqual(accepted * settings.limits.maxAttempts);
        expect(calls.made).toBeGreaterThanOrEqual(attempts);
        expect(calls.answered).toBeGreaterThanOrEqual(endings['succeeded'] ?? 0);
        expect(tasks.created).toBeGreaterThanOrEqual(endings['succeeded'] ?? 0);
        expect(Math.min(...latencies)).toBeGreaterThan(0);
        const { limits, sweepEveryMs } = settings;
        // The sweep looks at an operation when its last task must have arrived.
        const overdue = limits.maxAgeMs + deliveryGrace(LATE) + limits.attemptTimeoutMs + sweepEveryMs;
        expect(Math.max(...latencies)).toBeLessThan(overdue);
      }),
      { numRuns: 25 },
    );
  });

  it('no place is used twice: in an instance, in a queue, in the quota', () => {
    fc.assert(
      fc.property(troubled, (settings) => {
        let looks = 0;
        simulate(settings, {
          bucketMs: 97,
          untilMs: 120_000,
          onBucket: ({ workers, queues, unfinished }, tally) => {
            looks += 1;
            const { concurrency, max } = settings.worker;
            expect(workers.fullest).toBeLessThanOrEqual(concurrency);
            expect(workers.count).toBeLessThanOrEqual(max);
            expect(workers.inUse).toBeLessThanOrEqual(workers.count * concurrency);
            for (const queue of queues)
              expect(queue.underWay).toBeLessThanOrEqual(settings.queue.concurrentDispatches);
            expect(sum(queues.map(({ underWay }) => underWay))).toBeGreaterThanOrEqual(workers.inUse);
            expect(tally.unfinished).toBe(unfinished.size);
            const most = settings.quota.unfinishedOperations * settings.tenants;
            expect(unfinished.size).toBeLessThanOrEqual(most);
          },
        });
        expect(looks).toBeGreaterThan(100);
      }),
      { numRuns: 10 },
    );
  });

  it('Little’s law holds: unfinished operations are the rate by the time', () => {
    fc.assert(
      fc.property(troubled, (settings) => {
        const { meanUnfinished, lastedMs, tally } = simulate(settings);
        expect(meanUnfinished * lastedMs).toBeCloseTo(sum(tally.latencies), -2);
      }),
      { numRuns: 10 },
    );
  });

  it('Little’s law holds also where nothing comes for a while after the last operation has ended', () => {
    const { meanUnfinished, lastedMs, tally } = simulate({
      ...DEFAULTS,
      arrivals: { kind: 'poisson', perSecond: 0.05, forMs: 600_000 },
    });
    expect(lastedMs).toBeLessThan(600_000);
    expect(meanUnfinished * lastedMs).toBeCloseTo(sum(tally.latencies), -2);
  });

  it('the same seed gives the same, and another seed another', () => {
    const settings: Settings = { ...DEFAULTS, provider: { ...DEFAULTS.provider, throttledShare: 0.1 } };
    expect(figures(simulate(settings))).toEqual(figures(simulate(settings)));
    expect(simulate({ ...settings, seed: 2 }).tally.latencies).not.toEqual(
      simulate(settings).tally.latencies,
    );
  });
});
