import { check } from './checker.ts';
import type { Accounts } from './facts.ts';
import { accepted, accounts, at, begin, got, listed, OTHER_ID, operation } from './histories.ts';
import type { Exchange, Observed } from './history.ts';
import type { Fault } from './plan.ts';

/** The names of the rules that a history breaks. */
export function rules(history: () => readonly Exchange[], given: Accounts = accounts()): string[] {
  begin();
  return check(history(), given).map(({ rule }) => rule);
}

/** An operation from its POST to its end, seen twice there, and what comes after. */
export const sound = () => [accepted(), got('queued'), got('running'), got('succeeded'), got('succeeded')];

/** What tells another operation of the same tenant from the first: it is made at a later step, by the request `other`. */
export const another = (status: string, step: number): Partial<Observed> => ({
  id: OTHER_ID,
  request: 'other',
  created_at: at(step),
  ...(status === 'queued' ? { updated_at: at(step) } : endedAt(step + 0.2)),
});
export const acceptedAnother = (step: number) =>
  accepted({ request: 'other' }, operation('queued', another('queued', step)));
export const gotAnother = (step: number, changes = {}) =>
  got('succeeded', another('succeeded', step), changes);
export const listedAnother = (status: string, step: number) => listed(status, another(status, step));
export const endedAt = (step: number) => ({ updated_at: at(step), completed_at: at(step) });

export const faults = (many: number, fault: Fault = '500') => Array.from({ length: many }, () => fault);
export const lost = { answer: undefined };
export const hungUp = { answer: undefined, hangsUp: true };
export const headers = (fields: Readonly<Record<string, string | undefined>>) => ({
  answer: { headers: fields as Record<string, string> },
});
export const replayed = headers({ 'idempotent-replayed': 'true' });
export const soon = headers({ 'retry-after': '1' });
export const page = (changes = {}) => ({ page: { walk: 'w', size: 1, ...changes } });
export const more = { answer: { more: true } };
