import { ProviderRejected } from '../../operations/kind.ts';
import type { Spent } from '../../operations/record/record.ts';
import type { Usage } from '../port.ts';
import { CallFault, isRepairable } from './faults.ts';
import type { Job } from './job.ts';

/** What an operation may spend, over all its attempts. */
export type Bound = Pick<Spent, 'calls' | 'answers' | 'output_tokens'>;

/**
 * Allows two answers for every part and model, and as many for the reading of the whole, so that a second attempt is paid for
 * and a third normally is not. Calls without an answer may be three times as many, because an outage causes them. Tokens
 * may be four times the longest allowed answers.
 */
export function boundOf(jobs: readonly Pick<Job<unknown>, 'question'>[], models: number): Bound {
  const answers = 2 * models * (jobs.length + 1);
  const room = jobs.reduce((sum, { question }) => sum + question.maxOutputTokens, 0);
  return { answers, calls: 3 * answers, output_tokens: 4 * room };
}

/** Ends the count of a call: with what its answer cost, as one that cost nothing, or as one that may have cost. */
export type EndCall = (cost: Usage | 'nothing' | 'unknown') => void;

/** What is spent and left of a bound. Calls side by side share it, so that one that is under way counts as answered. */
export class Budget {
  readonly #bound: Bound;
  readonly #onSpent: (spent: Spent) => void;
  #spent: Spent;
  #usage: Required<Usage> = { input_tokens: 0, output_tokens: 0, cached_tokens: 0 };
  #underWay = 0;

  constructor(bound: Bound, spent?: Spent, onSpent: (spent: Spent) => void = () => undefined) {
    this.#bound = bound;
    this.#spent = spent ?? { calls: 0, answers: 0, input_tokens: 0, output_tokens: 0 };
    this.#onSpent = onSpent;
  }

  /** Of the answers since it was made. */
  get usage(): Usage {
    return this.#usage;
  }

  /** Whether so many more answers may be asked for. */
  allows(more: number): boolean {
    const { calls, answers, output_tokens } = this.#spent;
    return (
      answers + this.#underWay + more <= this.#bound.answers &&
      calls + more <= this.#bound.calls &&
      output_tokens < this.#bound.output_tokens
    );
  }

  /** Counts a call that is about to be made. */
  begin(): EndCall {
    this.#underWay += 1;
    this.#add({ calls: 1 });
    let ended = false;
    return (cost) => {
      if (ended) return;
      ended = true;
      this.#underWay -= 1;
      if (cost === 'nothing') this.#add({ calls: -1 });
      else if (cost !== 'unknown') this.#answered(cost);
    };
  }

  #answered({ input_tokens, output_tokens, cached_tokens = 0 }: Usage): void {
    this.#usage = {
      input_tokens: this.#usage.input_tokens + input_tokens,
      output_tokens: this.#usage.output_tokens + output_tokens,
      cached_tokens: this.#usage.cached_tokens + cached_tokens,
    };
    this.#add({ answers: 1, input_tokens, output_tokens });
  }

  #add({ calls = 0, answers = 0, input_tokens = 0, output_tokens = 0 }: Partial<Spent>): void {
    const spent = this.#spent;
    this.#spent = {
      calls: spent.calls + calls,
      answers: spent.answers + answers,
      input_tokens: spent.input_tokens + input_tokens,
      output_tokens: spent.output_tokens + output_tokens,
    };
    this.#onSpent(this.#spent);
  }
}

/** Nothing usable came of what the operation may spend. `last` is why, in our own words. */
export const spentUp = (last: unknown): ProviderRejected => {
  const why = last instanceof CallFault && isRepairable(last) ? ` The last one: ${last.message}.` : '';
  return new ProviderRejected(
    'provider-error',
    `No answer of the language model could be used, and no more may be asked for.${why}`,
    { cause: last },
  );
};
