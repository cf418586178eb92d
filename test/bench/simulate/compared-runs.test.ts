import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { predict } from '../../../bench/simulate/measure/figures.ts';
import { handOversOf, storyOf } from '../../../bench/simulate/measure/hand-overs.ts';
import { type ModelStandIn, startModelStandIn, textOf } from '../../../bench/simulate/measure/models.ts';
import { planOf, SCENARIOS, settingsFor } from '../../../bench/simulate/measure/scenarios.ts';
import { simulate } from '../../../bench/simulate/model/simulate.ts';

const SCENARIO = { perSecond: 4, seconds: 100, throttledShare: 0.1 };
const OVERHEAD_MS = [40, 55, 60, 60, 65, 150];
const call = (at: number, status: number) => ({ at, answeredAt: at + 50, status });
const calls = (...lives: ReturnType<typeof call>[][]) => new Map(lives.entries());

describe('a measured and a simulated run meet the same', () => {
  it('the same seed refuses the same calls, about as many as it should', () => {
    const { atMs, refusals } = planOf(SCENARIO, 1);
    expect(planOf(SCENARIO, 1)).toEqual({ atMs, refusals });
    expect(planOf(SCENARIO, 2).refusals).not.toEqual(refusals);
    expect(refusals.length).toBe(atMs.length);
    const refused = refusals.reduce((sum, n) => sum + n, 0);
    expect(refused / (refused + refusals.length)).toBeCloseTo(0.1, 1);
    expect(planOf({ perSecond: 4, seconds: 100 }, 1).refusals.every((n) => n === 0)).toBe(true);
  });

  it('the simulation makes one attempt more than an operation is refused, whatever its own seed', () => {
    const plan = planOf(SCENARIO, 1);
    const expected = plan.refusals.reduce((sum, n) => sum + n + 1, 0);
    for (const seed of [1, 2]) {
      const { tally } = simulate({ ...settingsFor(SCENARIO, plan, OVERHEAD_MS), seed });
      expect(tally.attempts).toBe(expected);
      expect(tally.endings).toEqual({ succeeded: plan.atMs.length });
    }
  });

  it('with the calls fixed the simulated 95th percentile hardly depends on chance', () => {
    const scenario = SCENARIOS['429 for a tenth of the calls'] ?? SCENARIO;
    const { mid, range } = predict(scenario, planOf(scenario, 1), OVERHEAD_MS).figures.p95;
    expect(range[0]).toBeGreaterThan(mid * 0.85);
    expect(range[1]).toBeLessThan(mid * 1.15);
  });
});

describe('the language model of measured runs', () => {
  let models: ModelStandIn;
  beforeAll(async () => {
    models = await startModelStandIn();
  });
  afterAll(() => models.close());

  it('refuses the first calls of an operation in whatever order they come, and tells what it saw', async () => {
    models.answer({ latencyMs: 1, faultMs: 1, refusals: [0, 2, 1] });
    const ask = async (operation: number) =>
      (await fetch(models.url, { method: 'POST', body: JSON.stringify({ text: textOf(operation) }) })).status;
    const asked = [];
    for (const operation of [1, 2, 1, 0, 1, 2]) asked.push(await ask(operation));
    expect(asked).toEqual([429, 429, 429, 200, 200, 200]);
    expect([1, 2].map((operation) => models.calls.get(operation)?.map(({ status }) => status))).toEqual([
      [429, 429, 200],
      [429, 200],
    ]);
  });
});

describe('hand-overs from an attempt to the next', () => {
  it('on time: within the pause and its random share', () => {
    const onTime = calls([call(0, 200)], [call(0, 429), call(2100, 429), call(13_000, 200)]);
    expect(handOversOf(onTime)).toEqual({ count: 2, earliestMs: 0, latestMs: 0, bySweep: 0, faults: [] });
  });

  it('too soon, late, and so late that the task had been lost', () => {
    const { earliestMs, latestMs, bySweep } = handOversOf(
      calls(
        [call(0, 429), call(1050, 200)],
        [call(0, 429), call(4450, 200)],
        [call(0, 503), call(33_050, 200)],
      ),
    );
    expect(earliestMs).toBe(1000);
    expect(latestMs).toBe(30_600);
    expect(bySweep).toBe(1);
  });

  it('names an operation that was asked about again after an answer, or never answered', () => {
    const { faults } = handOversOf(
      calls([call(0, 200), call(9000, 200)], [call(0, 429)], [call(0, 429), call(2100, 200)]),
    );
    expect(faults).toHaveLength(2);
    expect(storyOf([call(0, 429), call(2100, 503)])).toBe(
      '429 at 0.0 s, 503 at 2.1 s, the next due between 12.2 s and 14.2 s',
    );
  });
});
