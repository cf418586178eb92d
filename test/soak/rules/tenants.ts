import { asked, type Rule } from '../facts.ts';

export const foreignRead: Rule = {
  name: 'cross-tenant read',
  breaches: ({ answered, operationOf }) =>
    answered.flatMap((exchange) =>
      exchange.answer.seen
        .filter(({ id, tenant }) => {
          const owner = operationOf.get(id)?.maker?.tenant ?? tenant;
          return tenant !== exchange.tenant || owner !== exchange.tenant;
        })
        .map(({ id }) => `${exchange.tenant} saw ${id} by ${exchange.action}`),
    ),
};

/** Nobody can tell by an answer whether another tenant has an operation. */
export const foreignAnswer: Rule = {
  name: 'cross-tenant answer',
  breaches: ({ answered, operationOf }) =>
    answered
      .filter(({ tenant, id = '', answer: { status, seen } }) => {
        const owner = operationOf.get(id)?.maker?.tenant ?? tenant;
        return owner !== tenant && seen.length === 0 && status !== 404 && status !== 503;
      })
      .map((exchange) => `${exchange.tenant} got ${exchange.answer.status} to a ${asked(exchange)}`),
};
