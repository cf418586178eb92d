import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isFinished,
  type Operation,
  operation,
  type Status,
} from '../../../shared/operations/record/record.ts';
import {
  type Completion,
  DELIVERY_GRACE_MS,
  deliveryGrace,
  type Event,
  isPastDeadline,
  isRefusal,
  type Limits,
  type Refusal,
  transition,
} from '../../../shared/operations/record/transitions.ts';
import { failed, queued, running, START, succeeded } from '../../contract/records.ts';

const NOW = START + 10_000;
const LEASE_MS = 270_000;
const LIMITS: Limits = { maxAttempts: 5, maxAgeMs: 3_600_000 };
const COMPLETION: Completion = { provider: 'scripted', model: 'm-1', latency_ms: 12, result: { issues: [] } };
const ERROR = { code: 'provider-unavailable', message: 'away' };

const lease = (changes: object = {}) => ({
  token: 'holder',
  task: 'task-a',
  dispatch: 2,
  expires_at: NOW + 60_000,
  ...changes,
});

const STATES = {
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
type State = keyof typeof STATES;

const claim = (changes: object = {}, refusedBefore?: boolean): Event => ({
  type: 'claim',
  lease: { token: 'claimer', task: 'task-b', dispatch: 0, ...changes },
  ...(refusedBefore !== undefined && { refusedBefore }),
  leaseMs: LEASE_MS,
  limits: LIMITS,
});

const redelivery = { task: 'task-a', dispatch: 3 };

const EVENTS = {
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

const applied = (before: Operation, event: Event, now = NOW): Operation => {
  const after = transition(before, event, now);
  if (isRefusal(after)) throw new Error(after.refused);
  return after;
};

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

const LEGAL: Record<Status, readonly Status[]> = {
  queued: ['queued', 'running', 'succeeded', 'failed', 'cancelled'],
  running: ['running', 'succeeded', 'failed', 'cancelled'],
  succeeded: [],
  failed: [],
  cancelled: [],
};

const token = fc.constantFrom('one', 'two', 'three');
const arbitraryEvent: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .record({ token, task: fc.constantFrom('a', 'b'), dispatch: fc.nat(3) })
      .map((claimed): Event => ({ type: 'claim', lease: claimed, leaseMs: LEASE_MS, limits: LIMITS })),
  },
  fc.record({ type: fc.constant('retry' as const), token, afterMs: fc.nat(60_000) }),
  fc.record({ type: fc.constant('hand-over' as const), token }),
  fc.record({
    type: fc.constant('yield' as const),
    token,
    afterMs: fc.nat(10_000),
    progress: fc.double({ noNaN: true }),
  }),
  fc.record({ type: fc.constant('progress' as const), token, fraction: fc.double({ noNaN: true }) }),
  fc.record({ type: fc.constant('succeed' as const), token, completion: fc.constant(COMPLETION) }),
  fc.record({ type: fc.constant('fail' as const), token, error: fc.constant(ERROR) }),
  fc.record({ type: fc.constant('requeue' as const), orphaned: fc.boolean() }),
  fc.constantFrom<Event>({ type: 'cancel' }, { type: 'pass-deadline' }),
);
const arbitraryStep = fc.tuple(arbitraryEvent, fc.integer({ min: -120_000, max: 300_000 }));

describe('any sequence of events, on any clock', () => {
  it('yields only legal status sequences, and records that parse', () => {
    fc.assert(
      fc.property(fc.array(arbitraryStep, { maxLength: 40 }), (steps) => {
        let op = queued('any');
        let now = START;
        for (const [event, elapsed] of steps) {
          now = Math.max(0, now + elapsed);
          const next = transition(op, event, now);
          if (isRefusal(next)) {
            if (isFinished(op)) expect(next).toEqual({ refused: 'finished' });
            continue;
          }
          expect(LEGAL[op.status]).toContain(next.status);
          expect(operation.safeParse(next).success).toBe(true);
          if (event.type === 'yield') expect(next.attempts).toBe(0);
          else expect(next.attempts - op.attempts).toBe(event.type === 'claim' && !isFinished(next) ? 1 : 0);
          expect(next.attempts).toBeLessThanOrEqual(LIMITS.maxAttempts);
          expect(next.updated_at).toBeGreaterThanOrEqual(op.updated_at);
          expect(next.generation).toBeGreaterThanOrEqual(op.generation);
          for (const fixed of ['id', 'tenant_id', 'input', 'created_at', 'expire_at'] as const)
            expect(next[fixed]).toEqual(op[fixed]);
          op = next;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('never lets two attempts hold it: after a take-over the earlier token can write nothing', () => {
    fc.assert(
      fc.property(fc.nat(3), fc.nat(600_000), (dispatch, elapsed) => {
        const before = STATES['running, lease live'];
        const after = transition(before, claim({ task: 'task-a', dispatch }), NOW + elapsed);
        if (isRefusal(after)) return;
        for (const name of ['retry', 'hand-over', 'progress', 'yield', 'succeed', 'fail'] as const)
          expect(transition(after, EVENTS[name], NOW + elapsed)).toEqual({ refused: 'lease-lost' });
      }),
    );
  });
});
