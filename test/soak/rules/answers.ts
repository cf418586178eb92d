import { type Answered, asked, killedWithin, type Rule, TERMINAL } from '../facts.ts';
import type { Answer, Exchange } from '../history.ts';

/** Everything that a client of this mix may be answered. */
const EXPECTED: Readonly<Record<Exchange['action'], readonly (number | string)[]>> = {
  submit: [200, 202, '409 idempotency-in-progress', '422 idempotency-key-reused', 502, 503],
  get: [200, '404 not-found', 503],
  cancel: [200, '404 not-found', '409 operation-already-finished', 503],
  list: [200, 503],
};
/** A connection that was open when something was killed is found to be dead a moment later. */
const NOTICED_WITHIN_MS = 1000;

const told = (exchange: Answered): string =>
  `${asked(exchange)}: ${exchange.answer.status} ${exchange.answer.code ?? ''}`;

const isExpected = (action: Exchange['action'], { status, code }: Answer): boolean =>
  EXPECTED[action].includes(status) || EXPECTED[action].includes(`${status} ${code}`);

export const expectedAnswer: Rule = {
  name: 'unexpected answer',
  breaches: ({ answered }) => answered.filter(({ action, answer }) => !isExpected(action, answer)).map(told),
};

export const problemDocument: Rule = {
  name: 'a refusal that is no problem document',
  breaches: ({ answered }) =>
    answered
      .filter(({ answer: { status, code, headers } }) => {
        const isProblem = headers['content-type']?.startsWith('application/problem+json');
        return status >= 400 && (!isProblem || code === undefined);
      })
      .map(told),
};

export const silence: Rule = {
  name: 'no answer for no reason',
  breaches: (facts) =>
    facts.history
      .filter(({ answer, hangsUp }) => answer === undefined && hangsUp !== true)
      .filter(({ started, ended }) => !killedWithin(facts, started - NOTICED_WITHIN_MS, ended))
      .map(asked),
};

/** A kill is a reason, and so is a fault of the provider for who waits for its answer. */
export const refusal: Rule = {
  name: 'refused for no reason',
  breaches: (facts) =>
    facts.answered
      .filter(({ answer }) => answer.status >= 500)
      .filter(({ started, ended }) => !killedWithin(facts, started - NOTICED_WITHIN_MS, ended))
      .filter(({ index, answer }) => answer.status === 503 || !facts.faults.has(index))
      .map(told),
};

export const finishedOrNot: Rule = {
  name: 'answered as finished and is not, or the other way round',
  breaches: ({ answered }) =>
    answered
      .filter(({ action, answer: { status, seen } }) => {
        const [first] = seen;
        return action === 'submit' && first !== undefined && TERMINAL.has(first.status) !== (status === 200);
      })
      .map(told),
};
