import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFinished, operation, type Status } from '../../../shared/operations/record/record.ts';
import { type Event, isRefusal, transition } from '../../../shared/operations/record/transitions.ts';
import { queued, START } from '../../contract/records.ts';
import { COMPLETION, claim, ERROR, EVENTS, LEASE_MS, LIMITS, NOW, STATES } from './states-and-events.ts';

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

  it('never gives the lease to two attempts: after a take-over the earlier token can write nothing', () => {
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
