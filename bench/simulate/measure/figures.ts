import { median, quantile } from '../../measure/load.ts';
import { simulate } from '../model/simulate.ts';
import { type Plan, type Scenario, settingsFor } from './scenarios.ts';

/** What a run and the simulation are compared by. Times are milliseconds. */
export const FIGURES = ['perSecond', 'p50', 'p95', 'longest', 'attempts'] as const;
export type Figure = (typeof FIGURES)[number];
export type Figures = Readonly<Record<Figure, number>>;

export interface Simulated {
  /** Of each figure the median over the seeds, and what all but one in twenty of them lie between. */
  readonly figures: Readonly<
    Record<Figure, { readonly mid: number; readonly range: readonly [number, number] }>
  >;
  /** The latest end over all seeds, in milliseconds from the begin. */
  readonly lastEndMs: number;
}

const SEEDS = 101;

/** `ends`: from the begin; `times`: from acceptance to the end. Both in milliseconds. */
export function figuresOf(
  plan: Plan,
  ends: readonly number[],
  times: readonly number[],
  attempts: number,
): Figures {
  const first = Math.min(...plan.atMs);
  return {
    // The last ones may wait long for their next attempt, so the rate is counted until nineteen in twenty have ended.
    perSecond: (ends.length * 0.95 * 1000) / (quantile(ends, 0.95) - first),
    p50: quantile(times, 0.5),
    p95: quantile(times, 0.95),
    longest: Math.max(...times),
    attempts,
  };
}

/** Plays the scenario in the model. Chance is left in pauses, in backoff and in what the steps take. */
export function predict(scenario: Scenario, plan: Plan, overheadMs: readonly number[]): Simulated {
  const settings = settingsFor(scenario, plan, overheadMs);
  const outcomes = Array.from({ length: SEEDS }, (_, seed) => simulate({ ...settings, seed }));
  const all = outcomes.map(({ tally }) => figuresOf(plan, tally.ends, tally.latencies, tally.attempts));
  const over = (figure: Figure) => {
    const values = all.map((figures) => figures[figure]);
    return { mid: median(values), range: [quantile(values, 0.025), quantile(values, 0.975)] } as const;
  };
  return {
    figures: {
      perSecond: over('perSecond'),
      p50: over('p50'),
      p95: over('p95'),
      longest: over('longest'),
      attempts: over('attempts'),
    },
    lastEndMs: Math.max(...outcomes.map(({ lastedMs }) => lastedMs)),
  };
}
