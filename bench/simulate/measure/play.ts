import { type Figures, figuresOf } from './figures.ts';
import { type HandOvers, handOversOf, storyOf } from './hand-overs.ts';
import { type ModelStandIn, textOf } from './models.ts';
import { MODEL, type Plan, type Scenario } from './scenarios.ts';
import type { Life, Service } from './service.ts';

export interface Played {
  readonly figures: Figures;
  /** The plan as it came about, in order of acceptance: a POST takes its time. */
  readonly plan: Plan;
  /** From acceptance to the end, in milliseconds. */
  readonly times: readonly number[];
  readonly handOvers: HandOvers;
}

type Ended = Life & { readonly completedAt: number };

/**
 * Plays a plan on the running service.
 * @throws {Error} an operation had not succeeded after `limitMs`; the message says what the language model saw of it
 */
export async function play(
  service: Service,
  models: ModelStandIn,
  { outage }: Scenario,
  plan: Plan,
  limitMs: number,
): Promise<Played> {
  const begun = models.answer({ ...MODEL, refusals: plan.refusals, outage });
  const lives = await service.play(plan.atMs, limitMs, textOf);
  const wrong = lives.flatMap(({ status, id }, operation) =>
    status === 'succeeded' ? [] : [`${id} ${status}, ${storyOf(models.calls.get(operation) ?? [])}`],
  );
  if (wrong.length > 0)
    throw new Error(`after ${Math.round(limitMs / 1000)} s had not succeeded:\n${wrong.join('\n')}`);
  const ended = lives as readonly Ended[];
  const inOrder = ended
    .map(({ createdAt }, operation) => ({
      at: createdAt - begun,
      refusals: plan.refusals[operation] ?? 0,
    }))
    .sort((a, b) => a.at - b.at);
  const cameAbout = { atMs: inOrder.map(({ at }) => at), refusals: inOrder.map(({ refusals }) => refusals) };
  const times = ended.map(({ createdAt, completedAt }) => completedAt - createdAt);
  const ends = ended.map(({ completedAt }) => completedAt - begun);
  const attempts = [...models.calls.values()].reduce((sum, calls) => sum + calls.length, 0);
  return {
    figures: figuresOf(cameAbout, ends, times, attempts),
    plan: cameAbout,
    times,
    handOvers: handOversOf(models.calls),
  };
}
