import { describe, expect, it } from 'vitest';
import { operation } from '../../../shared/operations/record/record.ts';
import { isRefusal, type Refusal, transition } from '../../../shared/operations/record/transitions.ts';
import { EVENTS, NOW, STATES, type State } from './states-and-events.ts';

const R = (refused: Refusal['refused']) => `refused: ${refused}`;
const [held, lost, notDue, over] = [R('held'), R('lease-lost'), R('not-due'), R('finished')];
const always = (status: string): Record<State, string> => ({
  queued: status,
  'queued, synchronous window open': status,
  'running, lease live': status,
  'running, lease run out': status,
  'running, between attempts': status,
  'running, next attempt scheduled': status,
  'running, next attempt due': status,
  succeeded: over,
  failed: over,
  cancelled: over,
});
/** What only the holder of the lease may do; a lease that ran out but was not taken is still the holder's. */
const holders = (fromQueued: string, fromRunning: string): Record<State, string> => ({
  ...always(lost),
  'queued, synchronous window open': fromQueued,
  'running, lease live': fromRunning,
  'running, lease run out': fromRunning,
});

const TABLE: Record<keyof typeof EVENTS, Record<State, string>> = {
  claim: {
    ...always('running'),
    'queued, synchronous window open': held,
    'running, lease live': held,
    'running, next attempt scheduled': notDue,
  },
  'claim by a later dispatch of the holding task': {
    ...always('running'),
    'running, next attempt scheduled': notDue,
    'queued, synchronous window open': held,
  },
  'claim by a later dispatch of the holding task, after one that was not refused': {
    ...always('running'),
    'running, next attempt scheduled': notDue,
    'queued, synchronous window open': held,
  },
  'claim by a later dispatch of the holding task, after one that was refused': {
    ...always('running'),
    'running, next attempt scheduled': notDue,
    'queued, synchronous window open': held,
    'running, lease live': held,
  },
  'claim by the same dispatch of the holding task': {
    ...always('running'),
    'running, next attempt scheduled': notDue,
    'queued, synchronous window open': held,
    'running, lease live': held,
  },
  retry: holders('queued', 'running'),
  'retry by a stranger': always(lost),
  'hand-over': holders('queued', 'running'),
  'hand-over after a pause': holders('queued', 'running'),
  'hand-over by a stranger': always(lost),
  progress: holders('queued', 'running'),
  'progress by a stranger': always(lost),
  yield: holders('running', 'running'),
  'yield by a stranger': always(lost),
  succeed: holders('succeeded', 'succeeded'),
  'succeed by a stranger': always(lost),
  fail: holders('failed', 'failed'),
  'fail by a stranger': always(lost),
  cancel: always('cancelled'),
  'pass-deadline': always('failed'),
  requeue: { ...always(notDue), 'running, lease run out': 'running' },
  'requeue of an orphan': {
    ...always('running'),
    queued: 'queued',
    'queued, synchronous window open': 'queued',
  },
};

const CELLS = Object.entries(TABLE).flatMap(([event, row]) =>
  Object.entries(row).map(([state, expected]) => ({ event, state, expected })),
);

describe('every state × every event', () => {
  it.each(CELLS)('$state + $event → $expected', ({ event, state, expected }) => {
    const before = STATES[state as State];
    const frozen = structuredClone(before);
    const after = transition(before, EVENTS[event as keyof typeof EVENTS], NOW);
    expect(isRefusal(after) ? R(after.refused) : after.status).toBe(expected);
    expect(before).toEqual(frozen);
    if (!isRefusal(after)) expect(operation.safeParse(after).error).toBeUndefined();
  });
});
