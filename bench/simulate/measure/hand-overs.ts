import { pauseBeforeNext } from '../../../shared/operations/attempt/pause.ts';
import { DELIVERY_GRACE_MS } from '../../../shared/operations/record/transitions.ts';
import { DEFAULTS } from '../defaults.ts';
import type { ModelCall } from './models.ts';

/** How operations came from a refused attempt to the next one, as the language model saw it. Times are milliseconds. */
export interface HandOvers {
  readonly count: number;
  /** The soonest and the latest next call: before and after what the pause may be. */
  readonly earliestMs: number;
  readonly latestMs: number;
  /** So late that the sweep must have made the task again. Of a pause of ten minutes not each can be told. */
  readonly bySweep: number;
  /** Operations that were asked about again after an answer, or that had none. */
  readonly faults: readonly string[];
}

const leftMs = DEFAULTS.limits.maxAgeMs;
const shortest = (attempts: number) => pauseBeforeNext({ attempts, leftMs }, () => 0);
const longest = (attempts: number) => pauseBeforeNext({ attempts, leftMs }, () => 1);

export function handOversOf(calls: ReadonlyMap<number, readonly ModelCall[]>): HandOvers {
  const gaps = [...calls.values()].flatMap((ofOne) =>
    ofOne.slice(1).map(({ at }, n) => {
      const gapMs = at - (ofOne[n]?.answeredAt ?? 0);
      const [from, until] = [shortest(n + 1), longest(n + 1)];
      const bySweep = gapMs >= Math.max(from + DELIVERY_GRACE_MS, until);
      return { early: from - gapMs, late: gapMs - until, bySweep };
    }),
  );
  const faults = [...calls].flatMap(([operation, ofOne]) => {
    const answers = ofOne.filter(({ status }) => status === 200).length;
    return answers === 1 && ofOne.at(-1)?.status === 200 ? [] : [`${operation}: ${storyOf(ofOne)}`];
  });
  return {
    count: gaps.length,
    earliestMs: Math.max(0, ...gaps.map(({ early }) => early)),
    latestMs: Math.max(0, ...gaps.map(({ late }) => late)),
    bySweep: gaps.filter(({ bySweep }) => bySweep).length,
    faults,
  };
}

/** The calls of one operation and when the next is due, as a line. */
export function storyOf(calls: readonly ModelCall[]): string {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  const made = calls.map(({ at, status }) => `${status} at ${seconds(at)}`).join(', ') || 'no call';
  const last = calls.at(-1);
  if (last === undefined || last.status === 200) return made;
  const [from, until] = [shortest, longest].map((pause) => seconds(last.answeredAt + pause(calls.length)));
  return `${made}, the next due between ${from} and ${until}`;
}
