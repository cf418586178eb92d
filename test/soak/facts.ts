import type { Answer, Exchange, History, Observed } from './history.ts';
import type { Fault } from './plan.ts';

/** A promise of the service. */
export interface Rule {
  readonly name: string;
  /** What in a run breaks it, each told in a few words. */
  readonly breaches: (facts: Facts) => readonly string[];
}

/** What the provider, the store and the hand that kills say of a run. */
export interface Accounts {
  /** Calls of the provider by index in the plan, -1 for those of no operation. */
  readonly calls: ReadonlyMap<number, number>;
  /** What it did with those of these calls that went wrong, as the plan had it. */
  readonly faults: ReadonlyMap<number, readonly Fault[]>;
  readonly attempts: readonly Attempts[];
  readonly kills: readonly Kill[];
}

/** The workers' attempts at one operation, as its record counts them: each is recorded before it is made. */
export interface Attempts {
  /** The id of the request that made the operation. */
  readonly request: string;
  readonly attempts: number;
}

/** Something was killed at `from`, and served again at `to`, on the clock of the history. */
export interface Kill {
  readonly from: number;
  readonly to: number;
}

/** An operation in an answer. */
export interface Sighting extends Observed {
  readonly exchange: Exchange;
}

/** All that was seen of one operation. */
export interface Operation {
  readonly id: string;
  /** In the order of the answers. */
  readonly sightings: readonly Sighting[];
  readonly first: Sighting;
  /** The first sighting in a terminal state: at the end of its exchange the operation had ended. */
  readonly end: Sighting | undefined;
  /** The request that it says it was made by. */
  readonly maker: Exchange | undefined;
}

export type Answered = Exchange & { readonly answer: Answer };

export interface Facts extends Accounts {
  readonly history: History;
  readonly answered: readonly Answered[];
  readonly submits: readonly Exchange[];
  readonly operations: readonly Operation[];
  /** By id. */
  readonly operationOf: ReadonlyMap<string, Operation>;
}

export const TERMINAL: ReadonlySet<string> = new Set(['succeeded', 'failed', 'cancelled']);

export function factsOf(history: History, accounts: Accounts): Facts {
  const submits = history.filter(({ action }) => action === 'submit');
  const answered = history.filter((exchange): exchange is Answered => exchange.answer !== undefined);
  const byRequest = new Map(submits.map((exchange) => [exchange.request, exchange]));
  const sightings = answered.flatMap((exchange) =>
    exchange.answer.seen.map((seen) => ({ ...seen, exchange })),
  );
  const inOrder = sightings.toSorted((a, b) => a.exchange.ended - b.exchange.ended);
  const operations = [...Map.groupBy(inOrder, ({ id }) => id)].map(([id, seen]): Operation => {
    const [first] = seen as [Sighting];
    const end = seen.find(({ status }) => TERMINAL.has(status));
    return { id, sightings: seen, first, end, maker: byRequest.get(first.request) };
  });
  const operationOf = new Map(operations.map((operation) => [operation.id, operation]));
  return { ...accounts, history, answered, submits, operations, operationOf };
}

/** Whether something was away at some time of this span. */
export const killedWithin = ({ kills }: Accounts, from: number, to: number): boolean =>
  kills.some((kill) => kill.from <= to && kill.to >= from);

export const asked = ({ action, id, index }: Exchange): string => `${action} of ${id ?? index}`;
