import { parseArgs } from 'node:util';
import { median, quantile } from '../measure/load.ts';
import { progress } from '../measure/rounds.ts';
import { type Life, startEmulated } from './measure/emulated.ts';
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
import { poissonTimes, seeded } from './model/random.ts';
import { type Outcome, simulate } from './model/simulate.ts';

/**
 * Plays some loads on the deployed shape (`start:emulated`, with a language model on loopback) and in the model, and prints
 * both: `npm run build && node bench/simulate/validate.ts [--only saturated]`. Ends with 1 if any figure is off by more than
 * 15 %. What an operation takes when there is little to do is measured first; nothing else is fitted.
 */
const MOST_OFF = 0.15;
const SEEDS = 21;
const LIMIT_MS = 180_000;
const FIGURES = ['perSecond', 'p50', 'p95', 'attempts'] as const;
type Figures = Readonly<Record<(typeof FIGURES)[number], number>>;

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const models = await startModelStandIn();
const emulated = await startEmulated(CONCURRENCY, models.url);
try {
  progress('what an operation takes when there is little to do');
  const overhead = await calibrate();
  const row = (cells: readonly string[]) =>
    cells.map((cell, n) => (n === 0 ? cell.padEnd(30) : cell.padStart(24)));
  console.log(
    [
      `beside the ${MODEL.latencyMs} ms of the model an operation takes ${shown(overhead.p50Ms)} ms, one in twenty ${shown(overhead.p95Ms)} ms`,
      'measured | simulated, difference',
      row(['load', 'operations', 'per second', 'p50 ms', 'p95 ms', 'attempts']).join(''),
    ].join('\n'),
  );
  let worst = 0;
  for (const [name, scenario] of Object.entries(SCENARIOS)) {
    if (values.only !== undefined && values.only !== name) continue;
    progress(`${name}: ${scenario.seconds} s and until the last has ended`);
    const measured = await play(scenario);
    progress('');
    const simulated = predict(scenario, measured.atMs, overhead);
    const cells = FIGURES.map((figure) => {
      const off = simulated[figure] / measured[figure] - 1;
      worst = Math.max(worst, Math.abs(off));
      return `${shown(measured[figure])} | ${shown(simulated[figure])} ${(off * 100).toFixed(0).padStart(4)}%`;
    });
    console.log(row([name, String(measured.atMs.length), ...cells]).join(''));
  }
  console.log(`off by at most ${(worst * 100).toFixed(0)}%`);
  if (worst > MOST_OFF) process.exitCode = 1;
} finally {
  await emulated.stop();
  await models.close();
}

async function calibrate(): Promise<Overhead> {
  // The first ones load what later ones have.
  await play(CALIBRATION);
  const { p50, p95 } = await play(CALIBRATION);
  return { kind: 'lognormal', p50Ms: p50 - MODEL.latencyMs, p95Ms: p95 - MODEL.latencyMs };
}

async function play(scenario: Scenario): Promise<Figures & { readonly atMs: readonly number[] }> {
  const { perSecond, seconds, throttledShare = 0, outage } = scenario;
  const due = poissonTimes(perSecond, seconds * 1000, seeded(perSecond));
  models.answer({ ...MODEL, throttledShare, outage });
  const lives = await emulated.play(due, LIMIT_MS);
  const failed = lives.filter(({ status }) => status !== 'succeeded').length;
  if (lives.length !== due.length || failed > 0)
    throw new Error(`${lives.length} of ${due.length} ended, ${failed} of them not well`);
  return { ...figuresOf(lives), attempts: models.calls, atMs: arrivalsOf(lives) };
}

function arrivalsOf(lives: readonly Life[]): number[] {
  const first = Math.min(...lives.map(({ createdAt }) => createdAt));
  return lives.map(({ createdAt }) => createdAt - first).sort((a, b) => a - b);
}

function figuresOf(lives: readonly Life[]): Omit<Figures, 'attempts'> {
  const times = lives.map(({ createdAt, completedAt }) => completedAt - createdAt);
  const from = Math.min(...lives.map(({ createdAt }) => createdAt));
  const ends = lives.map(({ completedAt }) => completedAt - from);
  return { perSecond: rateOf(ends), p50: quantile(times, 0.5), p95: quantile(times, 0.95) };
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
