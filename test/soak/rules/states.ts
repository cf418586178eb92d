import { type Operation, type Rule, type Sighting, TERMINAL } from '../facts.ts';

const RANK: Readonly<Record<string, number>> = {
  queued: 0,
  running: 1,
  succeeded: 2,
  failed: 2,
  cancelled: 2,
};

const rank = ({ status }: Sighting): number => RANK[status] ?? 0;

const each = (name: string, breach: (operation: Operation) => string | undefined): Rule => ({
  name,
  breaches: ({ operations }) =>
    operations.flatMap((operation) => {
      const broken = breach(operation);
      return broken === undefined ? [] : [`${operation.id}: ${broken}`];
    }),
});

const isTerminal = ({ status }: Sighting): boolean => TERMINAL.has(status);

export const known = each(
  'unknown state',
  ({ sightings }) => sightings.find(({ status }) => !(status in RANK))?.status,
);

export const forward = each('state moved back', ({ sightings }) =>
  movedBack(sightings, rank, ({ status }) => status),
);

export const later = each('time moved back', ({ sightings }) =>
  movedBack(
    sightings,
    ({ updated_at }) => Date.parse(updated_at),
    ({ updated_at }) => updated_at,
  ),
);

export const final = each('terminal state changed', ({ sightings }) => {
  const terminal = sightings.filter(isTerminal);
  return new Set(terminal.map(({ summary }) => summary)).size > 1
    ? terminal.map(({ status }) => status).join(' ')
    : undefined;
});

export const finalResult = each('result changed', ({ sightings }) => {
  const results = new Set(sightings.filter(isTerminal).flatMap(({ whole }) => whole ?? []));
  return results.size > 1 ? [...results].join(' ') : undefined;
});

/** What a state has beside it. Lists leave the result out. */
export const fields = each('fields of another state', ({ sightings }) => {
  const wrong = sightings.find((seen) => {
    const { status, whole, result, error, completed_at } = seen;
    const isWhole = whole !== undefined;
    return (
      (result !== undefined) !== (isWhole && status === 'succeeded') ||
      (error !== undefined) !== (status === 'failed') ||
      (completed_at !== undefined) !== isTerminal(seen)
    );
  });
  return wrong?.status;
});

/**
 * Two sightings whose order is certain and which go down by `measure`. Only an answer that had come before the other was
 * asked for is known to be the earlier.
 */
function movedBack(
  sightings: readonly Sighting[],
  measure: (sighting: Sighting) => number,
  told: (sighting: Sighting) => string,
): string | undefined {
  const byStart = sightings.toSorted((a, b) => a.exchange.started - b.exchange.started);
  let highest: Sighting | undefined;
  let at = 0;
  for (const seen of byStart) {
    for (let before = sightings[at]; before && before.exchange.ended < seen.exchange.started; ) {
      if (highest === undefined || measure(before) > measure(highest)) highest = before;
      at += 1;
      before = sightings[at];
    }
    if (highest !== undefined && measure(seen) < measure(highest))
      return `${told(highest)}, then ${told(seen)}`;
  }
  return undefined;
}
