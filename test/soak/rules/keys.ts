import { type Answered, asked, type Facts, type Rule } from '../facts.ts';

const scopeOf = ({ tenant, endpoint, key }: Answered): string => `${tenant} ${endpoint} ${key}`;

/** The answers that showed an operation, by tenant, endpoint and key. */
const keyed = ({ answered }: Facts): Map<string, Answered[]> =>
  Map.groupBy(
    answered.filter(({ key, answer }) => key !== undefined && answer.seen.length > 0),
    scopeOf,
  );

const moreThanOne = (facts: Facts, of: (exchange: Answered) => unknown): string[] =>
  [...keyed(facts)].flatMap(([scope, answers]) => (new Set(answers.map(of)).size > 1 ? [scope] : []));

export const oneOperation: Rule = {
  name: 'one key, two operations',
  breaches: (facts) => moreThanOne(facts, ({ answer }) => answer.seen[0]?.id),
};

export const oneText: Rule = {
  name: 'one key, two texts',
  breaches: (facts) => moreThanOne(facts, ({ text }) => text),
};

export const madeOnce: Rule = {
  name: 'one key, made twice',
  breaches: (facts) =>
    [...keyed(facts)].flatMap(([scope, answers]) => {
      const made = answers.filter(({ answer }) => answer.headers['idempotent-replayed'] !== 'true');
      return made.length > 1 ? [scope] : [];
    }),
};

export const refusedKey: Rule = {
  name: 'key refused for another text, and there is none',
  breaches: (facts) => {
    const texts = Map.groupBy(facts.submits, ({ tenant, endpoint, key }) => `${tenant} ${endpoint} ${key}`);
    return facts.answered
      .filter((exchange) => {
        const others = texts.get(scopeOf(exchange))?.filter(({ text }) => text !== exchange.text) ?? [];
        return exchange.answer.status === 422 && others.length === 0;
      })
      .map(asked);
  },
};
