import type { Facts, Operation, Rule } from '../facts.ts';
import type { Exchange } from '../history.ts';

export const wanted: Rule = {
  name: 'provider called for nothing that was sent',
  breaches: ({ calls, submits }) => {
    const sent = new Set(submits.map(({ index }) => index));
    return [...calls].flatMap(([index, count]) => (sent.has(index) ? [] : [`${count} calls for ${index}`]));
  },
};

/**
 * The provider is asked once in each attempt. An attempt that was killed may have written no line, so each kill in an
 * operation's life hides one at most.
 */
export const counted: Rule = {
  name: 'more provider calls than attempts',
  breaches: (facts) => {
    const sent = Map.groupBy(facts.submits, ({ index }) => index);
    const made = Map.groupBy(facts.operations, ({ maker }) => maker?.index ?? -1);
    const logged = attemptsByIndex(facts);
    return [...facts.calls].flatMap(([index, count]) => {
      const submits = sent.get(index) ?? [];
      if (submits.length === 0) return [];
      const attempts = logged.get(index) ?? 0;
      const windows = windowsOf(submits);
      const hidden = killsIn(facts, submits, made.get(index) ?? []);
      if (count <= attempts + windows + hidden) return [];
      return [`${index}: ${count} calls, ${attempts} + ${windows} attempts, ${hidden} kills`];
    });
  },
};

/** The highest attempt of each operation, summed by index in the plan. */
function attemptsByIndex({ attempts, submits }: Facts): Map<number, number> {
  const highest = new Map<string, { request: string; attempt: number }>();
  for (const one of attempts) {
    if (one.attempt > (highest.get(one.operation)?.attempt ?? 0)) highest.set(one.operation, one);
  }
  const indexOf = new Map(submits.map(({ request, index }) => [request, index]));
  const sums = new Map<number, number>();
  for (const { request, attempt } of highest.values()) {
    const index = indexOf.get(request) ?? -1;
    sums.set(index, (sums.get(index) ?? 0) + attempt);
  }
  return sums;
}

/** Synchronous windows: one for a key, one for each request without. */
function windowsOf(submits: readonly Exchange[]): number {
  const windows = submits.filter(({ synchronous }) => synchronous).length;
  return submits.some(({ key }) => key !== undefined) ? Math.min(1, windows) : windows;
}

/** The attempt at what was cancelled goes on until it next looks at the record, or runs out of its time. */
const LETTING_GO_MS = 3000;

/** Kills from the first request until all that it led to was seen to have ended. What is not recorded has no attempts. */
function killsIn({ kills }: Facts, submits: readonly Exchange[], operations: readonly Operation[]): number {
  if (operations.length === 0) return 0;
  const ends = operations.map(({ end }) => {
    if (end === undefined) return Number.POSITIVE_INFINITY;
    return end.exchange.ended + (end.status === 'cancelled' ? LETTING_GO_MS : 0);
  });
  const from = Math.min(...submits.map(({ started }) => started));
  return kills.filter((kill) => kill.from <= Math.max(...ends) && kill.to >= from).length;
}
