import { describe, expect, it } from 'vitest';
import type { Duration } from '../../../bench/simulate/model/random.ts';
import { type Outcome, simulate } from '../../../bench/simulate/model/simulate.ts';
import { onlyModel } from './settings.ts';

const SERVICE_MS = 1000;
/** As `toBeCloseTo` wants it: half of 10 ** -0.7. */
const WITHIN_A_TENTH = 0.7;

const play = (
  places: number,
  perSecond: number,
  latency: Duration,
  operations: number,
  seed = 1,
): Outcome => {
  const settings = onlyModel(places);
  const forMs = (operations / perSecond) * 1000;
  return simulate({
    ...settings,
    seed,
    arrivals: { kind: 'poisson', perSecond, forMs },
    provider: { ...settings.provider, latency },
  });
};

const meanWait = ({ tally: { latencies } }: Outcome): number =>
  latencies.reduce((sum, latency) => sum + latency, 0) / latencies.length - SERVICE_MS;

/** Erlang's C formula: the share of arrivals that wait for one of `servers`, each of `load / servers` utilisation. */
function erlangC(servers: number, load: number): number {
  let blocking = 1;
  for (let n = 1; n <= servers; n += 1) blocking = (load * blocking) / (n + load * blocking);
  return (servers * blocking) / (servers - load * (1 - blocking));
}

describe('the simulation agrees with closed formulas', () => {
  it.each([0.5, 0.7])('M/D/1 at %s of its capacity: Pollaczek and Khinchine', (load) => {
    const outcome = play(1, load, { kind: 'constant', ms: SERVICE_MS }, 20_000);
    const expected = (SERVICE_MS * load) / (2 * (1 - load));
    expect(meanWait(outcome) / expected).toBeCloseTo(1, WITHIN_A_TENTH);
  });

  // Within two standard deviations, measured over twelve seeds. With one place too few a wait would be unbounded, or 2.7 times.
  it.each([
    [4, 0.7, 0.16],
    [20, 0.9, 0.34],
  ])('M/M/%i at %s of its capacity: Erlang, within %s', (places, share, within) => {
    const load = places * share;
    const latency = { kind: 'exponential', meanMs: SERVICE_MS } as const;
    const [one, another] = [1, 2].map((seed) => meanWait(play(places, load, latency, 30_000, seed)));
    const expected = (erlangC(places, load) * SERVICE_MS) / (places - load);
    expect(Math.abs(((one ?? 0) + (another ?? 0)) / 2 / expected - 1)).toBeLessThan(within);
  });

  it('saturated, the throughput is the places by the time of the model', () => {
    const { perSecond, calls } = play(8, 50, { kind: 'constant', ms: SERVICE_MS }, 2000);
    expect(perSecond).toBeCloseTo(8, 1);
    expect(calls.most).toBe(8);
  });

  it('a limit of the dispatch rate is the throughput', () => {
    const settings = onlyModel(1000);
    const outcome = simulate({
      ...settings,
      arrivals: { kind: 'poisson', perSecond: 50, forMs: 60_000 },
      queue: { ...settings.queue, dispatchesPerSecond: 20 },
    });
    // The bucket holds a fifth of a second's tokens at the begin.
    expect(outcome.perSecond).toBeCloseTo(20, 0);
    expect(outcome.tasks.dispatched).toBeLessThanOrEqual(4 + 20 * (outcome.lastedMs / 1000 - 1) + 1);
  });

  it('refuses what is beyond a tenant’s quota of unfinished operations, and no more', () => {
    const settings = onlyModel(1, {
      quota: { requestsPerMinute: 1e9, submitInstances: 1, unfinishedOperations: 10 },
    });
    const { tally } = simulate({ ...settings, arrivals: { kind: 'poisson', perSecond: 10, forMs: 100_000 } });
    expect(tally.mostUnfinished).toBe(10);
    // One a second is finished, and is replaced at once.
    expect(tally.accepted).toBeGreaterThan(100);
    expect(tally.accepted).toBeLessThan(115);
  });
});
