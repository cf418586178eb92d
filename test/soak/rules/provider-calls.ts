import type { Facts, Rule } from '../facts.ts';
import type { Exchange } from '../history.ts';

export const wanted: Rule = {
  name: 'provider called for nothing that was sent',
  breaches: ({ calls, submits }) => {
    const sent = new Set(submits.map(({ index }) => index));
    return [...calls].flatMap(([index, count]) => (sent.has(index) ? [] : [`${count} calls for ${index}`]));
  },
};

/** The provider is asked once in each attempt of a worker and in each synchronous window, also where the answer was lost. */
export const counted: Rule = {
  name: 'more provider calls than attempts',
  breaches: (facts) => {
    const sent = Map.groupBy(facts.submits, ({ index }) => index);
    const recorded = attemptsByIndex(facts);
    return [...facts.calls].flatMap(([index, count]) => {
      const submits = sent.get(index) ?? [];
      const attempts = recorded.get(index) ?? 0;
      const windows = windowsOf(submits);
      if (submits.length === 0 || count <= attempts + windows) return [];
      return [`${index}: ${count} calls, ${attempts} attempts, ${windows} windows`];
    });
  },
};

function attemptsByIndex({ attempts, submits }: Facts): Map<number, number> {
  const indexOf = new Map(submits.map(({ request, index }) => [request, index]));
  const sums = new Map<number, number>();
  for (const { request, attempts: made } of attempts) {
    const index = indexOf.get(request) ?? -1;
    sums.set(index, (sums.get(index) ?? 0) + made);
  }
  return sums;
}

/** Synchronous windows: one for a key, one for each request without. */
function windowsOf(submits: readonly Exchange[]): number {
  const windows = submits.filter(({ synchronous }) => synchronous).length;
  return submits.some(({ key }) => key !== undefined) ? Math.min(1, windows) : windows;
}
