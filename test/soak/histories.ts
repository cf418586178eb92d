import type { Accounts } from './facts.ts';
import { type Answer, type Exchange, marker, markersIn, type Observed } from './history.ts';
import type { Fault } from './plan.ts';

/**
 * Small histories for the checker. Every exchange is asked after the one before was answered, by tenant `a` about
 * operation 0 of the plan, `ID`, a proofread made by the request `r0`, unless its changes say otherwise.
 */
export const ID = '00000000-0000-8000-a000-000000000001';
export const OTHER_ID = '00000000-0000-8000-a000-000000000002';

export const TEXT = `text ${marker(0)}`;
const START = Date.parse('2026-01-01T00:00:00.000Z');
/** Between two exchanges; each takes half of it. */
const STEP_MS = 10_000;

type Changes = Partial<Omit<Exchange, 'answer'>> & { readonly answer?: Partial<Answer> | undefined };

let steps = 0;

/** A time in the history, in steps since its begin. */
export const at = (step: number): string => new Date(START + step * STEP_MS).toISOString();

/** An operation as an answer shows it. All of its life is within the first exchange. */
export function operation(status: string, changes: Partial<Observed> = {}): Observed {
  const step = { queued: 0, running: 0.1 }[status] ?? 0.2;
  return {
    id: ID,
    tenant: 'a',
    request: 'r0',
    endpoint: 'proofread',
    status,
    created_at: at(0),
    updated_at: at(step),
    ...(step === 0.2 && { completed_at: at(0.2) }),
    ...(status === 'succeeded' && { result: resultOf(TEXT), latency_ms: 5 }),
    ...(status === 'failed' && { error: 'provider-unavailable' }),
    summary: status,
    whole: `${status}, whole`,
    ...changes,
  };
}

/** The result of a proofread. */
export const resultOf = (text: string) => ({ endpoint: 'proofread', text, indexes: markersIn(text) });

export const listed = (status: string, changes: Partial<Observed> = {}): Observed => {
  const { whole: _, result: __, ...rest } = operation(status, changes);
  return rest;
};

/** Begins a history anew: the next exchange is its first. */
export function begin(): void {
  steps = 0;
}

function exchange(action: Exchange['action'], answer: Answer, changes: Changes): Exchange {
  const { answer: given, ...asked } = changes;
  const started = START + steps * STEP_MS;
  const request = asked.request ?? `r${steps}`;
  steps += 1;
  const headers = { ...headersOf(answer.status), 'x-request-id': request, ...answer.headers };
  const made = { action, tenant: 'a', index: 0, started, ended: started + STEP_MS / 2, ...asked, request };
  if ('answer' in changes && given === undefined) return made;
  return { ...made, answer: { ...answer, ...given, headers: { ...headers, ...given?.headers } } };
}

const headersOf = (status: number): Readonly<Record<string, string>> => ({
  'content-type': status < 300 ? 'application/json' : 'application/problem+json; charset=utf-8',
  ratelimit: '"requests";r=9;t=6',
  'ratelimit-policy': '"requests";q=10;w=60',
  ...(status === 503 && { 'retry-after': '1' }),
});

const UNFINISHED = { 'retry-after': '1' };

/** A POST that was answered with 202. */
export function accepted(changes: Changes = {}, seen: Observed = operation('queued')): Exchange {
  const poll_url = `/v1/operations/${seen.id}`;
  const headers = { ...UNFINISHED, location: poll_url };
  const sent = { endpoint: 'proofread', text: TEXT, synchronous: false };
  return exchange('submit', { status: 202, headers, poll_url, seen: [seen] }, { ...sent, ...changes });
}

/** A POST that was answered with 200. */
export function answered(changes: Changes = {}, seen: Observed = operation('succeeded')): Exchange {
  const sent = { endpoint: 'proofread', text: TEXT, synchronous: true };
  return exchange('submit', { status: 200, headers: {}, seen: [seen] }, { ...sent, ...changes });
}

export function got(status: string, seen: Partial<Observed> = {}, changes: Changes = {}): Exchange {
  const headers = ['queued', 'running'].includes(status) ? UNFINISHED : {};
  const shown = operation(status, seen);
  return exchange('get', { status: 200, headers, seen: [shown] }, { id: shown.id, ...changes });
}

export function cancelled(changes: Changes = {}, seen: Observed = operation('cancelled')): Exchange {
  return exchange('cancel', { status: 200, headers: {}, seen: [seen] }, { id: ID, ...changes });
}

/** A page of a list, the only one of its walk. */
export function list(seen: readonly Observed[], changes: Changes = {}): Exchange {
  const page = { walk: `w${steps}`, size: 100 };
  return exchange('list', { status: 200, headers: {}, seen }, { index: -1, page, ...changes });
}

/** A refusal: a problem document. */
export function refused(
  action: Exchange['action'],
  status: number,
  code: string,
  changes: Changes = {},
): Exchange {
  const about = action === 'get' || action === 'cancel' ? { id: ID } : {};
  const sent = action === 'submit' ? { endpoint: 'proofread', text: TEXT, synchronous: false } : {};
  return exchange(action, { status, headers: {}, code, seen: [] }, { ...about, ...sent, ...changes });
}

/** What the provider and the store say of a history with one operation. */
export const accounts = ({
  calls = 1,
  faults = [],
  attempts = calls,
  kills = [],
}: {
  calls?: number;
  faults?: readonly Fault[];
  attempts?: number;
  kills?: Accounts['kills'];
} = {}): Accounts => ({
  calls: new Map(calls === 0 ? [] : [[0, calls]]),
  faults: new Map(faults.length === 0 ? [] : [[0, faults]]),
  attempts: [{ request: 'r0', attempts }],
  kills,
});

/** Everything was down from one step of the history to another. */
export const down = (from: number, to: number) => ({
  from: START + from * STEP_MS,
  to: START + to * STEP_MS,
});
