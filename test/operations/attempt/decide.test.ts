import { describe, expect, it } from 'vitest';
import type { AttemptEnd } from '../../../shared/operations/attempt/attempt.ts';
import { decide, decideWindow } from '../../../shared/operations/attempt/decide.ts';
import { ProviderRejected, ProviderUnavailable } from '../../../shared/operations/kind.ts';
import type { Unfinished } from '../../../shared/operations/record/record.ts';
import { running, START } from '../../contract/records.ts';

const LIMITS = { maxAttempts: 3, maxAgeMs: 600_000 };
const NOW = START + 10_000;
/** Nothing is drawn: every pause is the shortest. */
const decided = (...[end, op, limits, now]: Parameters<typeof decide>) =>
  decide(end, op, limits, now, () => 0);
const attempt = (attempts: number) => running('decide', { attempts }) as Unfinished;

const COMPLETION = { provider: 'p', model: 'm', latency_ms: 1, result: {} };
const SUCCEEDED: AttemptEnd = { kind: 'succeeded', completion: COMPLETION };
const REJECTED: AttemptEnd = {
  kind: 'rejected',
  error: new ProviderRejected('provider-request-rejected', 'refused for its content'),
};
const UNAVAILABLE: AttemptEnd = { kind: 'unavailable', error: new ProviderUnavailable('away') };
const THROTTLED: AttemptEnd = {
  kind: 'unavailable',
  error: new ProviderUnavailable('too many', { retryAfterMs: 7000, throttled: true }),
};
const TIMED_OUT: AttemptEnd = { kind: 'timed-out' };
const CRASHED: AttemptEnd = { kind: 'crashed', error: new Error('secret detail') };

describe('decide on an attempt', () => {
  it.each([
    ['success is kept', SUCCEEDED, { kind: 'succeed', completion: COMPLETION }],
    [
      'a refusal is final at the first attempt',
      REJECTED,
      { kind: 'fail', error: { code: 'provider-request-rejected', message: 'refused for its content' } },
    ],
    ['an operation that is somebody else’s is let go', { kind: 'aborted' } as AttemptEnd, { kind: 'drop' }],
    [
      'a step is followed by the next',
      { kind: 'yielded', afterMs: 500, progress: 0.5 } as AttemptEnd,
      { kind: 'yield', afterMs: 500, progress: 0.5 },
    ],
    ['unavailable: after a pause of ours', UNAVAILABLE, { kind: 'retry', afterMs: 2000, throttled: false }],
    [
      'a provider’s own delay is kept, and the queue told of a 429',
      THROTTLED,
      { kind: 'retry', afterMs: 7000, throttled: true },
    ],
    ['out of time', TIMED_OUT, { kind: 'retry', afterMs: 2000, throttled: false }],
    ['a fault of ours', CRASHED, { kind: 'retry', afterMs: 2000, throttled: false }],
  ])('%s', (_name, ending, expected) => {
    expect(decided(ending, attempt(1), LIMITS, NOW)).toEqual(expected);
  });

  it('the pause grows with the attempts', () => {
    expect(decided(UNAVAILABLE, attempt(2), LIMITS, NOW)).toMatchObject({ afterMs: 10_000 });
    expect(decided(UNAVAILABLE, attempt(4), { ...LIMITS, maxAttempts: 5 }, NOW)).toMatchObject({
      afterMs: (LIMITS.maxAgeMs - 10_000) / 2,
    });
  });

  it('fails at once, and says why, what would have to wait until its time is over', () => {
    const asking = (retryAfterMs: number): AttemptEnd => ({
      kind: 'unavailable',
      error: new ProviderUnavailable('away', { retryAfterMs, throttled: true }),
    });
    const leftMs = LIMITS.maxAgeMs - 10_000;
    for (const asked of [leftMs, 50_000_000]) {
      expect(decided(asking(asked), attempt(1), LIMITS, NOW)).toEqual({
        kind: 'fail',
        error: {
          code: 'provider-unavailable',
          message: 'The language model asked to be left alone for longer than the operation may take.',
        },
      });
    }
    expect(decided(asking(leftMs - 1), attempt(1), LIMITS, NOW)).toMatchObject({
      kind: 'retry',
      afterMs: leftMs - 1,
    });
  });

  it.each([
    [UNAVAILABLE, 'provider-unavailable'],
    [THROTTLED, 'provider-unavailable'],
    [TIMED_OUT, 'provider-timeout'],
    [CRASHED, 'internal-error'],
  ])('the last attempt fails with the code of its own end: $kind → %s', (ending, code) => {
    expect(decided(ending, attempt(LIMITS.maxAttempts - 1), LIMITS, NOW)).toMatchObject({ kind: 'retry' });
    const last = decided(ending, attempt(LIMITS.maxAttempts), LIMITS, NOW);
    expect(last).toMatchObject({ kind: 'fail', error: { code } });
    expect(JSON.stringify(last)).not.toContain('secret');
  });

  it('past its age an operation fails with deadline-exceeded, before attempts are counted', () => {
    const late = START + LIMITS.maxAgeMs;
    for (const ending of [UNAVAILABLE, TIMED_OUT, CRASHED]) {
      expect(decided(ending, attempt(LIMITS.maxAttempts), LIMITS, late)).toMatchObject({
        kind: 'fail',
        error: { code: 'deadline-exceeded' },
      });
      expect(decided(ending, attempt(1), LIMITS, late - 1)).toMatchObject({ kind: 'retry' });
    }
  });

  it('a step is not followed by another past the age, however many attempts there were', () => {
    const step: AttemptEnd = { kind: 'yielded', afterMs: 500 };
    expect(decided(step, attempt(99), LIMITS, START + LIMITS.maxAgeMs - 1)).toEqual({
      kind: 'yield',
      afterMs: 500,
    });
    expect(decided(step, attempt(1), LIMITS, START + LIMITS.maxAgeMs)).toMatchObject({
      kind: 'fail',
      error: { code: 'deadline-exceeded' },
    });
  });

  it('an answer that came late is still an answer', () => {
    expect(decided(SUCCEEDED, attempt(99), LIMITS, START + 10 * LIMITS.maxAgeMs)).toMatchObject({
      kind: 'succeed',
    });
  });
});

describe('decide on a synchronous window', () => {
  const windowed = (ending: Parameters<typeof decideWindow>[0], random = 0) =>
    decideWindow(ending, attempt(0), LIMITS, NOW, () => random);
  const asking = (retryAfterMs: number) =>
    ({ kind: 'unavailable', error: new ProviderUnavailable('away', { retryAfterMs }) }) as const;

  it('what was too slow for it is the queue’s at once', () => {
    for (const kind of ['timed-out', 'aborted'] as const)
      expect(windowed({ kind })).toEqual({ kind: 'hand-over', afterMs: 0 });
  });

  it('a provider that is away is left alone first, for as long as it asks', () => {
    expect(windowed({ kind: 'unavailable', error: new ProviderUnavailable('away') })).toEqual({
      kind: 'hand-over',
      afterMs: 2000,
    });
    expect(windowed(asking(45_000))).toEqual({ kind: 'hand-over', afterMs: 45_000 });
    expect(windowed(asking(45_000), 1)).toEqual({ kind: 'hand-over', afterMs: 54_000 });
  });

  it('what would have to wait until its time is over fails at once', () => {
    const leftMs = LIMITS.maxAgeMs - 10_000;
    expect(windowed(asking(leftMs))).toMatchObject({ kind: 'fail', error: { code: 'provider-unavailable' } });
    expect(windowed(asking(leftMs - 1))).toEqual({ kind: 'hand-over', afterMs: leftMs - 1 });
  });
});
