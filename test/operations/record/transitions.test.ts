import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../shared/operations/record/record.ts';
import {
  DELIVERY_GRACE_MS,
  deliveryGrace,
  isPastDeadline,
  isRefusal,
  transition,
} from '../../../shared/operations/record/transitions.ts';
import { running, START } from '../../contract/records.ts';
import {
  applied,
  COMPLETION,
  claim,
  ERROR,
  EVENTS,
  LEASE_MS,
  LIMITS,
  lease,
  NOW,
  STATES,
} from './states-and-events.ts';

describe('what a transition leaves behind', () => {
  it('a claim begins an attempt under a new lease', () => {
    expect(applied(STATES.queued, claim())).toEqual({
      ...STATES.queued,
      status: 'running',
      attempts: 1,
      updated_at: NOW,
      due_at: NOW + LEASE_MS,
      lease: { token: 'claimer', task: 'task-b', dispatch: 0, expires_at: NOW + LEASE_MS },
    });
  });

  it('a redelivery takes over the lease of the dispatch before it, and counts as an attempt', () => {
    const after = applied(
      STATES['running, lease live'],
      EVENTS['claim by a later dispatch of the holding task'],
    );
    expect(after).toMatchObject({ attempts: 2, lease: { token: 'claimer', dispatch: 3 } });
    expect(transition(after, EVENTS.succeed, NOW)).toEqual({ refused: 'lease-lost' });
  });

  it.each(['retry', 'hand-over', 'requeue of an orphan'] as const)('%s frees the lease', (name) => {
    expect(applied(STATES['running, lease live'], EVENTS[name])).not.toHaveProperty('lease');
  });

  it('a retry keeps the count of attempts, and schedules the next for a task with another name', () => {
    const before = running('tried', { lease: lease(), attempts: 3, generation: 2, progress: 0.2 });
    const { lease: _, ...rest } = before as Extract<Operation, { status: 'running' }>;
    expect(applied(before, EVENTS.retry)).toEqual({
      ...rest,
      generation: 3,
      resume_at: NOW + 2000,
      updated_at: NOW,
      due_at: NOW + 2000 + DELIVERY_GRACE_MS,
    });
  });

  it('after a hand-over the queue takes over at once or after a pause, and the sweep leaves a task its time', () => {
    const window = STATES['queued, synchronous window open'];
    const { lease: _, ...rest } = window as Extract<Operation, { status: 'queued' }>;
    expect(applied(window, EVENTS['hand-over'])).toEqual({
      ...rest,
      updated_at: NOW,
      due_at: NOW + DELIVERY_GRACE_MS,
    });
    expect(applied(window, EVENTS['hand-over after a pause'])).toEqual({
      ...rest,
      resume_at: NOW + 2000,
      updated_at: NOW,
      due_at: NOW + 2000 + DELIVERY_GRACE_MS,
    });
    const late = { ...window, generation: 2 } as Operation;
    expect(applied(late, EVENTS['hand-over'])).toMatchObject({ due_at: NOW + 4 * DELIVERY_GRACE_MS });
  });

  it('a requeue makes another generation, so that its task has another name', () => {
    const after = applied(STATES['running, lease run out'], EVENTS.requeue);
    expect(after).toMatchObject({ generation: 1, due_at: NOW + deliveryGrace(1) });
  });

  it('a yield frees the lease, starts the count of attempts anew and schedules a task with another name', () => {
    const before = running('steps', { lease: lease(), attempts: 3, generation: 7, progress: 0.2 });
    const { lease: _, ...rest } = before as Extract<Operation, { status: 'running' }>;
    expect(applied(before, EVENTS.yield)).toEqual({
      ...rest,
      attempts: 0,
      generation: 8,
      progress: 0.5,
      resume_at: NOW + 2000,
      updated_at: NOW,
      due_at: NOW + 2000 + DELIVERY_GRACE_MS,
    });
    expect(applied(before, { type: 'yield', token: 'holder', afterMs: 0, progress: 0.1 })).toMatchObject({
      progress: 0.2,
    });
  });

  it.each(['claim', 'cancel', 'pass-deadline'] as const)(
    'after %s no attempt is scheduled any more',
    (name) => {
      expect(applied(STATES['running, next attempt due'], EVENTS[name])).not.toHaveProperty('resume_at');
    },
  );

  it('an orphan’s next attempt is made no sooner, and one whose time has come at once', () => {
    expect(applied(STATES['running, next attempt scheduled'], EVENTS['requeue of an orphan'])).toMatchObject({
      generation: 1,
      resume_at: NOW + 251,
      due_at: NOW + 251 + deliveryGrace(1),
    });
    const due = applied(STATES['running, next attempt due'], EVENTS['requeue of an orphan'], NOW + 250);
    expect(due).toMatchObject({ due_at: NOW + 250 + deliveryGrace(1) });
    expect(due).not.toHaveProperty('resume_at');
  });

  it('a finished operation has neither lease nor due time nor progress, and the time it finished', () => {
    const half = applied(STATES['running, lease live'], EVENTS.progress);
    for (const name of ['succeed', 'fail', 'cancel', 'pass-deadline'] as const) {
      const after = applied(half, EVENTS[name]);
      for (const gone of ['lease', 'due_at', 'progress']) expect(after).not.toHaveProperty(gone);
      expect(after).toMatchObject({ completed_at: NOW, updated_at: NOW });
    }
  });

  it('success carries the outcome, failure its error and whether it was answered as a problem', () => {
    expect(applied(STATES['running, lease live'], EVENTS.succeed)).toMatchObject({ ...COMPLETION });
    const problem = { ...EVENTS.fail, answeredAsProblem: true };
    expect(applied(STATES['running, lease live'], problem)).toMatchObject({
      error: ERROR,
      answered_as_problem: true,
    });
    expect(applied(STATES['running, lease live'], EVENTS.fail)).not.toHaveProperty('answered_as_problem');
    expect(applied(STATES.queued, EVENTS['pass-deadline'])).toMatchObject({
      error: { code: 'deadline-exceeded' },
    });
  });

  it('a completion with absent fields leaves no undefined in the record', () => {
    const completion = { ...COMPLETION, usage: undefined, prompt_version: undefined };
    const after = applied(STATES['running, lease live'], { ...EVENTS.succeed, completion });
    expect(Object.values(after)).not.toContain(undefined);
  });

  it('what was spent stays whatever happens, and is what its holder says where it says something', () => {
    const spent = { calls: 2, answers: 1, input_tokens: 100, output_tokens: 50 };
    const more = { calls: 3, answers: 2, input_tokens: 200, output_tokens: 90 };
    for (const state of Object.values(STATES)) {
      for (const event of Object.values(EVENTS)) {
        const before = { ...state, spent };
        const after = transition(before, event, NOW);
        if (isRefusal(after)) continue;
        expect(after.spent).toEqual(spent);
        const told = transition(before, { ...event, spent: more }, NOW);
        expect((told as Operation).spent).toEqual('token' in event ? more : spent);
      }
    }
  });

  it('a failure that is not kept has come to its retention’s end already', () => {
    const window = STATES['queued, synchronous window open'];
    const after = applied(window, { type: 'fail', token: 'holder', error: ERROR, kept: false });
    expect(after.expire_at).toBeLessThanOrEqual(window.created_at);
    expect(applied(window, EVENTS.fail).expire_at).toBe(window.expire_at);
  });

  it('progress never falls and never passes 1', () => {
    const at = (before: Operation, fraction: number) => applied(before, { ...EVENTS.progress, fraction });
    const half = at(STATES['running, lease live'], 0.5);
    expect(at(half, 0.2)).toMatchObject({ progress: 0.5 });
    expect(at(half, 7)).toMatchObject({ progress: 1 });
  });

  it('times do not run backwards when the clock does', () => {
    const late = running('late', { lease: lease(), updated_at: NOW + 5000 });
    expect(applied(late, EVENTS.succeed)).toMatchObject({ updated_at: NOW + 5000, completed_at: NOW + 5000 });
  });
});

describe('limits', () => {
  const exhausted = running('exhausted', { lease: undefined, attempts: LIMITS.maxAttempts });

  it('the last attempt is begun, the one after it is not', () => {
    const one = running('one-left', { lease: undefined, attempts: LIMITS.maxAttempts - 1 });
    expect(applied(one, claim())).toMatchObject({ status: 'running', attempts: LIMITS.maxAttempts });
    expect(applied(exhausted, claim())).toMatchObject({
      status: 'failed',
      attempts: LIMITS.maxAttempts,
      error: { code: 'attempts-exhausted' },
    });
  });

  it('a claim exactly at the age limit fails the operation, one millisecond before it does not', () => {
    const end = START + LIMITS.maxAgeMs;
    expect(applied(STATES.queued, claim(), end - 1)).toMatchObject({ status: 'running' });
    expect(applied(STATES.queued, claim(), end)).toMatchObject({
      status: 'failed',
      error: { code: 'deadline-exceeded' },
    });
    expect([
      isPastDeadline(STATES.queued, LIMITS.maxAgeMs, end - 1),
      isPastDeadline(STATES.queued, LIMITS.maxAgeMs, end),
    ]).toEqual([false, true]);
  });

  it('past both limits it is its age that is told', () => {
    expect(applied(exhausted, claim(), START + LIMITS.maxAgeMs)).toMatchObject({
      error: { code: 'deadline-exceeded' },
    });
  });

  it('a live lease is respected even past the limits', () => {
    const held = running('held', { lease: lease({ expires_at: Number.MAX_SAFE_INTEGER }), attempts: 9 });
    expect(transition(held, claim(), START + 2 * LIMITS.maxAgeMs)).toEqual({ refused: 'held' });
  });

  it('the grace for a delivery doubles up to a quarter of an hour', () => {
    expect([0, 1, 2, 5, 1000].map(deliveryGrace)).toEqual([30_000, 60_000, 120_000, 900_000, 900_000]);
  });
});
