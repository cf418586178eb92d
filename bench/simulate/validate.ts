import { parseArgs } from 'node:util';
import { quantile } from '../measure/load.ts';
import { progress } from '../measure/rounds.ts';
import { FIGURES, predict } from './measure/figures.ts';
import { startModelStandIn } from './measure/models.ts';
import { play } from './measure/play.ts';
import { CALIBRATION, CONCURRENCY, MODEL, planOf, SCENARIOS } from './measure/scenarios.ts';
import { SHAPES, startService } from './measure/service.ts';

/**
 * Plays some loads on the running service, with a language model on loopback, and in the model, and prints both:
 * `node bench/simulate/validate.ts [--shape npm-start|emulated] [--only saturated] [--seed 1]`; `emulated` needs
 * `npm run build`. The seed says when operations come and which calls are answered 429; both meet the same. Before and after
 * each load is measured what an operation takes when there is little to do; nothing else is fitted. Ends with 1 if a figure
 * is off by more than 15 % and by more than chance explains, or if an operation was lost, was left to the sweep, or was asked
 * about again after an answer.
 */
const MOST_OFF = 0.15;
/** A run waits so much longer than the simulation's latest end: one lost task costs 30 s until the sweep, and shows. */
const MARGIN_MS = 60_000;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    shape: { type: 'string', default: 'npm-start' },
    seed: { type: 'string', default: '1' },
  },
});
const shape = SHAPES.find((name) => name === values.shape);
if (shape === undefined) throw new Error(`--shape takes ${SHAPES.join(' or ')}`);
const seed = Number(values.seed);
if (!Number.isSafeInteger(seed)) throw new Error('--seed takes a whole number');
const models = await startModelStandIn();
const service = await startService(shape, CONCURRENCY, models.url);
try {
  progress('warming up');
  await alone();
  const row = (cells: readonly string[]) =>
    cells.map((cell, n) => (n === 0 ? cell.padEnd(30) : cell.padStart(24)));
  console.log(
    [
      `${shape}, seed ${seed}: measured | simulated, difference. Alone: what an operation takes beside the model's ${MODEL.latencyMs} ms, p50 and p95`,
      row([
        'load',
        'alone, ms',
        'operations',
        'per second',
        'p50 ms',
        'p95 ms',
        'longest ms',
        'attempts',
      ]).join(''),
    ].join('\n'),
  );
  let worst = 0;
  let agrees = true;
  progress('what an operation takes alone');
  let before = await alone();
  for (const [name, scenario] of Object.entries(SCENARIOS)) {
    if (values.only !== undefined && values.only !== name) continue;
    const limitMs = predict(scenario, planOf(scenario, seed), before).lastEndMs + MARGIN_MS;
    progress(`${name}: until the last has ended, for at most ${Math.round(limitMs / 1000)} s`);
    const measured = await play(service, models, scenario, planOf(scenario, seed), limitMs);
    progress(`${name}: what an operation takes alone`);
    const after = await alone();
    progress('');
    const overheadMs = [...before, ...after];
    before = after;
    const simulated = predict(scenario, measured.plan, overheadMs).figures;
    const off = FIGURES.map((figure) => simulated[figure].mid / measured.figures[figure] - 1);
    worst = Math.max(worst, ...off.map(Math.abs));
    agrees &&= FIGURES.every((figure, n) => {
      const [from, until] = simulated[figure].range;
      const value = measured.figures[figure];
      return Math.abs(off[n] ?? 0) <= MOST_OFF || (value >= from && value <= until);
    });
    console.log(
      row([
        name,
        [0.5, 0.95].map((q) => shown(quantile(overheadMs, q))).join(', '),
        String(measured.times.length),
        ...FIGURES.map((figure, n) => {
          const difference = `${((off[n] ?? 0) * 100).toFixed(0).padStart(4)}%`;
          return `${shown(measured.figures[figure])} | ${shown(simulated[figure].mid)} ${difference}`;
        }),
      ]).join(''),
    );
    const ranges = FIGURES.map((figure) => simulated[figure].range.map(shown).join(' to '));
    console.log(row(['  nineteen in twenty simulated', '', '', ...ranges]).join(''));
    reportHandOvers(measured);
  }
  console.log(`off by at most ${(worst * 100).toFixed(0)}%`);
  if (!agrees) process.exitCode = 1;
} finally {
  await service.stop();
  await models.close();
}

function reportHandOvers({ plan, handOvers }: Awaited<ReturnType<typeof play>>): void {
  const { count, earliestMs, latestMs, bySweep, faults } = handOvers;
  const inARow = [1, 2, 3, 4].map((n) => plan.refusals.filter((refusals) => refusals === n).length);
  console.log(
    `  ${count} hand-overs to a next attempt, ${shown(earliestMs)} ms before to ${shown(latestMs)} ms after its pause, ${bySweep} by the sweep` +
      ` (429 once, twice, three and four times: ${inARow.join(', ')})`,
  );
  for (const fault of faults) console.log(`  asked about again, or never answered: ${fault}`);
  if (faults.length > 0 || bySweep > 0) process.exitCode = 1;
}

/** What operations take beside the model's time when there is little to do. */
async function alone(): Promise<readonly number[]> {
  const { times } = await play(service, models, CALIBRATION, planOf(CALIBRATION, 1), MARGIN_MS);
  return times.map((time) => time - MODEL.latencyMs);
}

function shown(figure: number): string {
  return figure >= 100 ? figure.toFixed(0) : figure.toFixed(1);
}
