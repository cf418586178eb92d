import { type Accounts, factsOf, type Rule } from './facts.ts';
import type { History } from './history.ts';
import * as answers from './rules/answers.ts';
import * as endings from './rules/endings.ts';
import * as headers from './rules/headers.ts';
import * as keys from './rules/keys.ts';
import * as lists from './rules/lists.ts';
import * as origins from './rules/origins.ts';
import * as providerCalls from './rules/provider-calls.ts';
import * as states from './rules/states.ts';
import * as tenants from './rules/tenants.ts';
import * as times from './rules/times.ts';

export interface Violation {
  readonly rule: string;
  readonly detail: string;
}

/** Each export of these files is a rule. */
export const RULES: readonly Rule[] = [
  answers,
  headers,
  tenants,
  keys,
  origins,
  states,
  endings,
  times,
  lists,
  providerCalls,
].flatMap((rules) => Object.values(rules));

/** Every way in which a run breaks what the service promises. */
export function check(history: History, accounts: Accounts): Violation[] {
  const facts = factsOf(history, accounts);
  return RULES.flatMap(({ name, breaches }) => breaches(facts).map((detail) => ({ rule: name, detail })));
}
