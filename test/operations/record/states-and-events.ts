import type { Operation } from '../../../shared/operations/record/record.ts';
import {
  type Completion,
  type Event,
  isRefusal,
  type Limits,
  transition,
} from '../../../shared/operations/record/transitions.ts';
import { failed, queued, running, START, succeeded } from '../../contract/records.ts';

export const NOW = START + 10_000;
export const LEASE_MS = 270_000;
export const LIMITS: Limits = { maxAttempts: 5, maxAgeMs: 3_600_000 };
export const COMPLETION: Completion = {
  provider: 'scripted',
  model: 'm-1',
  latency_ms: 12,
  result: { issues: [] },
};
export const ERROR = { code: 'provider-unavailable', message: 'away' };

export const lease = (changes: object = {}) => ({
  token: 'holder',
  task: 'task-a',
  dispatch: 2,
  expires_at: NOW + 60_000,
  ...changes,
});

/** A record in each state that an event can meet. */
export const STATES = {
  queued: queued('queued', { due_at: NOW + 1 }),
  'queued, synchronous window open': queued('window', {
    due_at: NOW + 1,
    lease: lease({ task: 'synchronous', dispatch: 0 }),
  }),
  'running, lease live': running('live', { lease: lease(), due_at: NOW + 1 }),
  'running, lease run out': running('run-out', { lease: lease({ expires_at: NOW }), due_at: NOW }),
  'running, between attempts': running('between', { lease: undefined, due_at: NOW + 1 }),
  'running, next attempt scheduled': running('scheduled', {
    lease: undefined,
    resume_at: NOW + 251,
    due_at: NOW + 30_251,
  }),
  'running, next attempt due': running('attempt-due', {
    lease: undefined,
    resume_at: NOW + 250,
    due_at: NOW + 30_250,
  }),
  succeeded: succeeded('succeeded', { issues: [] }),
  failed: failed('failed'),
  cancelled: { ...failed('cancelled'), status: 'cancelled', error: undefined } as unknown as Operation,
} satisfies Record<string, Operation>;
export type State = keyof typeof STATES;

export const claim = (changes: object = {}, refusedBefore?: boolean): Event => ({
  type: 'claim',
  lease: { token: 'claimer', task: 'task-b', dispatch: 0, ...changes },
  ...(refusedBefore !== undefined && { refusedBefore }),
  leaseMs: LEASE_MS,
  limits: LIMITS,
});

const redelivery = { task: 'task-a', dispatch: 3 };

/** Each event, as the holder of the lease and as others bring it. */
export const EVENTS = {
  claim: claim(),
  'claim by a later dispatch of the holding task': claim(redelivery),
  'claim by a later dispatch of the holding task, after one that was not refused': claim(redelivery, false),
  'claim by a later dispatch of the holding task, after one that was refused': claim(redelivery, true),
  'claim by the same dispatch of the holding task': claim({ task: 'task-a', dispatch: 2 }),
  retry: { type: 'retry', token: 'holder', afterMs: 2000 },
  'retry by a stranger': { type: 'retry', token: 'stranger', afterMs: 2000 },
  'hand-over': { type: 'hand-over', token: 'holder' },
  'hand-over after a pause': { type: 'hand-over', token: 'holder', afterMs: 2000 },
  'hand-over by a stranger': { type: 'hand-over', token: 'stranger' },
  progress: { type: 'progress', token: 'holder', fraction: 0.5 },
  'progress by a stranger': { type: 'progress', token: 'stranger', fraction: 0.5 },
  yield: { type: 'yield', token: 'holder', afterMs: 2000, progress: 0.5 },
  'yield by a stranger': { type: 'yield', token: 'stranger', afterMs: 2000 },
  succeed: { type: 'succeed', token: 'holder', completion: COMPLETION },
  'succeed by a stranger': { type: 'succeed', token: 'stranger', completion: COMPLETION },
  fail: { type: 'fail', token: 'holder', error: ERROR },
  'fail by a stranger': { type: 'fail', token: 'stranger', error: ERROR },
  cancel: { type: 'cancel' },
  'pass-deadline': { type: 'pass-deadline' },
  requeue: { type: 'requeue' },
  'requeue of an orphan': { type: 'requeue', orphaned: true },
} satisfies Record<string, Event>;

/** The record after an event that must not be refused. */
export const applied = (before: Operation, event: Event, now = NOW): Operation => {
  const after = transition(before, event, now);
  if (isRefusal(after)) throw new Error(after.refused);
  return after;
};
