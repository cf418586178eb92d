import { parseArgs } from 'node:util';
import { median, quantile } from '../measure/load.ts';
import { progress } from '../measure/rounds.ts';
import { startModelStandIn } from './measure/models.ts';
import {
  CALIBRATION,
  CONCURRENCY,
  MODEL,
  type Overhead,
  SCENARIOS,
  type Scenario,
  settingsFor,
} from './measure/scenarios.ts';
import { SHAPES, startService } from './measure/service.ts';
import { poissonTimes, seeded } from './model/random.ts';
import { type Outcome, simulate } from './model/simulate.ts';

/**
 * Plays some loads on the running service, with a language model on loopback, and in the model, and prints both:
 * `node bench/simulate/validate.ts [--shape npm-start|emulated] [--only saturated]`; `emulated` needs `npm run build`. Ends with
 * 1 if any figure is off by more than 15 %. Before and after each load is measured what an operation takes when there is little to
 * do; nothing else is fitted.
 */
const MOST_OFF = 0.15;
const SEEDS = 21;
const LIMIT_MS = 180_000;
const FIGURES = ['perSecond', 'p50', 'p95', 'attempts'] as const;
type Figures = Readonly<Record<(typeof FIGURES)[number], number>>;
interface Measured extends Figures {
  /** When operations came. */
  readonly atMs: readonly number[];
  /** From acceptance to the end. */
  readonly times: readonly number[];
}

const { values } = parseArgs({
  options: { only: { type: 'string' }, shape: { type: 'string', default: 'npm-start' } },
});
const shape = SHAPES.find((name) => name === values.shape);
if (shape === undefined) throw new Error(`--shape takes ${SHAPES.join(' or ')}`);
const models = await startModelStandIn();
const service = await startService(shape, CONCURRENCY, models.url);
try {
  progress('warming up');
  await play(CALIBRATION);
  const row = (cells: readonly string[]) =>
    cells.map((cell, n) => (n === 0 ? cell.padEnd(30) : cell.padStart(24)));
  console.log(
    [
      `${shape}: measured | simulated, difference. Alone: what an operation takes beside the model's ${MODEL.latencyMs} ms, p50 and p95`,
      row(['load', 'alone, ms', 'operations', 'per second', 'p50 ms', 'p95 ms', 'attempts']).join(''),
    ].join('\n'),
  );
  let worst = 0;
  progress('what an operation takes alone');
  let before = await alone();
  for (const [name, scenario] of Object.entries(SCENARIOS)) {
    if (values.only !== undefined && values.only !== name) continue;
    progress(`${name}: ${scenario.seconds} s and until the last has ended`);
    const measured = await play(scenario);
    progress(`${name}: what an operation takes alone`);
    const after = await alone();
    progress('');
    const overhead = overheadOf([...before, ...after]);
    before = after;
    const simulated = predict(scenario, measured.atMs, overhead);
    const cells = FIGURES.map((figure) => {
      const off = simulated[figure] / measured[figure] - 1;
      worst = Math.max(worst, Math.abs(off));
      return `${shown(measured[figure])} | ${shown(simulated[figure])} ${(off * 100).toFixed(0).padStart(4)}%`;
    });
    console.log(
      row([
        name,
        `${shown(overhead.p50Ms)}, ${shown(overhead.p95Ms)}`,
        String(measured.atMs.length),
        ...cells,
      ]).join(''),
    );
  }
  console.log(`off by at most ${(worst * 100).toFixed(0)}%`);
  if (worst > MOST_OFF) process.exitCode = 1;
} finally {
  await service.stop();
  await models.close();
}

/** What operations take beside the model's time when there is little to do. */
async function alone(): Promise<readonly number[]> {
  const { times } = await play(CALIBRATION);
  return times.map((time) => time - MODEL.latencyMs);
}

function overheadOf(times: readonly number[]): Overhead {
  return { kind: 'lognormal', p50Ms: quantile(times, 0.5), p95Ms: quantile(times, 0.95) };
}

async function play(scenario: Scenario): Promise<Measured> {
  const { perSecond, seconds, throttledShare = 0, outage } = scenario;
  const due = poissonTimes(perSecond, seconds * 1000, seeded(perSecond));
  models.answer({ ...MODEL, throttledShare, outage });
  const lives = await service.play(due, LIMIT_MS);
  const failed = lives.filter(({ status }) => status !== 'succeeded').length;
  if (lives.length !== due.length || failed > 0)
    throw new Error(`${lives.length} of ${due.length} ended, ${failed} of them not well`);
  const from = Math.min(...lives.map(({ createdAt }) => createdAt));
  const times = lives.map(({ createdAt, completedAt }) => completedAt - createdAt);
  return {
    perSecond: rateOf(lives.map(({ completedAt }) => completedAt - from)),
    p50: quantile(times, 0.5),
    p95: quantile(times, 0.95),
    attempts: models.calls,
    atMs: lives.map(({ createdAt }) => createdAt - from).sort((a, b) => a - b),
    times,
  };
}

/** Operations a second until nineteen in twenty have ended: the last ones may wait long for their next attempt. */
function rateOf(ends: readonly number[]): number {
  return (ends.length * 0.95 * 1000) / quantile(ends, 0.95);
}

/** Medians over some seeds, for the times at which the operations came. */
function predict(scenario: Scenario, atMs: readonly number[], overhead: Overhead): Figures {
  const settings = { ...settingsFor(scenario, overhead), arrivals: { kind: 'times', atMs } as const };
  const outcomes = Array.from({ length: SEEDS }, (_, seed) => simulate({ ...settings, seed }));
  const of = (figure: (outcome: Outcome) => number) => median(outcomes.map(figure));
  return {
    perSecond: of(({ tally }) => rateOf(tally.ends)),
    p50: of(({ tally }) => quantile(tally.latencies, 0.5)),
    p95: of(({ tally }) => quantile(tally.latencies, 0.95)),
    attempts: of(({ tally }) => tally.attempts),
  };
}

function shown(figure: number): string {
  return figure >= 100 ? figure.toFixed(0) : figure.toFixed(1);
}
