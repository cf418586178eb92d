import { asked, type Operation, type Rule, type Sighting } from '../facts.ts';
import type { Exchange } from '../history.ts';

/** An operation names the request that made it, which says what it has to be. */
const against = (
  name: string,
  isBroken: (sighting: Sighting, maker: Exchange) => boolean,
  told: (sighting: Sighting) => unknown,
): Rule => ({
  name,
  breaches: ({ operations }) =>
    operations.flatMap(({ id, sightings, maker }) => {
      const wrong = maker && sightings.find((sighting) => isBroken(sighting, maker));
      return wrong === undefined ? [] : [`${id} of ${maker?.index}: ${told(wrong)}`];
    }),
});

export const maker: Rule = {
  name: 'made by no request',
  breaches: ({ operations }) =>
    operations
      .filter((operation) => operation.maker === undefined)
      .map(({ id, first }) => `${id} by ${first.request}`),
};

export const madeOne: Rule = {
  name: 'one request, two operations',
  breaches: ({ operations }) =>
    [...Map.groupBy(operations, ({ first }) => first.request)].flatMap(([request, made]) =>
      made.length > 1 ? [`${request}: ${made.map(({ id }) => id).join(' ')}`] : [],
    ),
};

export const identity: Rule = {
  name: 'identity changed',
  breaches: ({ operations }) =>
    operations.flatMap(({ id, sightings }: Operation) => {
      const identities = new Set(
        sightings.map((one) => `${one.tenant} ${one.endpoint} ${one.request} ${one.created_at}`),
      );
      return identities.size > 1 ? [`${id}: ${[...identities].join(', ')}`] : [];
    }),
};

export const askedFor: Rule = {
  name: 'answered with another operation',
  breaches: ({ answered }) =>
    answered
      .filter(({ id, answer }) => id !== undefined && answer.seen.some((seen) => seen.id !== id))
      .map((exchange) => `${asked(exchange)}: ${exchange.answer.seen[0]?.id}`),
};

export const endpoint = against(
  'made for another endpoint',
  (seen, maker) => seen.endpoint !== maker.endpoint,
  (seen) => seen.endpoint,
);

export const resultOfEndpoint = against(
  'result of another endpoint',
  ({ result }, maker) => result !== undefined && result.endpoint !== maker.endpoint,
  ({ result }) => result?.endpoint,
);

export const resultOfText = against(
  'result of another text',
  ({ result }, { text, index }) => {
    if (result === undefined) return false;
    const isOfText = (result.text ?? text) === text;
    return !isOfText || result.indexes.length !== 1 || result.indexes[0] !== index;
  },
  ({ result }) => `${result?.text} ${result?.indexes}`,
);
