import type { Facts, Operation, Rule } from '../facts.ts';

/** Attempts that the service makes at an operation before it gives up. */
const ATTEMPTS = 5;
/** Attempts that may end in garbage: each is paid for twice, the answer and its repair, and four answers are the bound. */
const GARBAGE = 2;

const told = ({ id, sightings, maker }: Operation): string =>
  `${id} of ${maker?.index}: ${sightings.at(-1)?.status} ${sightings.at(-1)?.error ?? ''}`;

export const ending: Rule = {
  name: 'never ended',
  breaches: ({ operations }) => operations.filter(({ end }) => end === undefined).map(told),
};

/** Whoever was shown an operation finds it from then on. */
export const found: Rule = {
  name: 'accepted and not found',
  breaches: ({ answered, operationOf }) =>
    answered
      .filter(({ id = '', tenant, started, answer }) => {
        const first = operationOf.get(id)?.first;
        return (
          answer.status === 404 &&
          first !== undefined &&
          first.tenant === tenant &&
          first.exchange.ended < started
        );
      })
      .map(({ id }) => String(id)),
};

/**
 * The provider's faults and the kills in an operation's life do not come to as many as it has attempts. What the provider
 * only ever answers with garbage is given up sooner.
 */
export const failure: Rule = {
  name: 'failed for no reason',
  breaches: (facts) =>
    facts.operations
      .filter((operation) => {
        const { end, maker } = operation;
        const faults = facts.faults.get(maker?.index ?? -1) ?? [];
        const garbage = faults.filter((fault) => fault === 'garbage').length;
        const isGivenUp = end?.error === 'provider-error' && garbage >= GARBAGE;
        const isWornOut = faults.length + killsIn(facts, operation) >= ATTEMPTS;
        return end?.status === 'failed' && !isGivenUp && !isWornOut;
      })
      .map(told),
};

const killsIn = ({ kills }: Facts, { maker, end }: Operation): number =>
  kills.filter(
    ({ from, to }) => maker !== undefined && to >= maker.started && from <= (end?.exchange.ended ?? from),
  ).length;

export const cancellation: Rule = {
  name: 'cancelled by nobody',
  breaches: ({ operations, history }) => {
    const cancels = Map.groupBy(
      history.filter(({ action }) => action === 'cancel'),
      ({ id }) => id,
    );
    return operations
      .filter(({ id, end, first }) => {
        const asked = cancels.get(id)?.filter(({ tenant }) => tenant === first.tenant) ?? [];
        return end?.status === 'cancelled' && !asked.some(({ started }) => started < end.exchange.ended);
      })
      .map(told);
  },
};

export const refusedCancellation: Rule = {
  name: 'refused to cancel what was cancelled',
  breaches: ({ answered, operationOf }) =>
    answered
      .filter(({ action, id = '', answer }) => {
        const isCancelled = operationOf.get(id)?.end?.status === 'cancelled';
        return action === 'cancel' && answer.code === 'operation-already-finished' && isCancelled;
      })
      .map(({ id }) => String(id)),
};

export const cancelled: Rule = {
  name: 'cancelled, but is not',
  breaches: ({ answered }) =>
    answered
      .filter(
        ({ action, answer: { status, seen } }) =>
          action === 'cancel' && status === 200 && seen[0]?.status !== 'cancelled',
      )
      .map(({ id }) => String(id)),
};
