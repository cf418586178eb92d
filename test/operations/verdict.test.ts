import { describe, expect, it } from 'vitest';
import type { Ending } from '../../shared/operations/attempt.ts';
import type { Unfinished } from '../../shared/operations/record.ts';
import { LONGEST_BACKOFF_MS, verdict } from '../../shared/operations/verdict.ts';
import { ProviderRejected, ProviderUnavailable } from '../../shared/providers/provider.ts';
import { running, START } from '../contract/records.ts';

const LIMITS = { maxAttempts: 3, maxAgeMs: 600_000 };
const NOW = START + 10_000;
const attempt = (attempts: number) => running('verdict', { attempts }) as Unfinished;

const OUTCOME = { provider: 'p', model: 'm', latency_ms: 1, result: {} };
const SUCCEEDED: Ending = { kind: 'succeeded', outcome: OUTCOME };
const REJECTED: Ending = {
  kind: 'rejected',
  error: new ProviderRejected('provider-request-rejected', 'refused for its content'),
};
const UNAVAILABLE: Ending = { kind: 'unavailable', error: new ProviderUnavailable('away') };
const THROTTLED: Ending = {
  kind: 'unavailable',
  error: new ProviderUnavailable('too many', { retryAfterMs: 7000, throttled: true }),
};
const TIMED_OUT: Ending = { kind: 'timed-out' };
const CRASHED: Ending = { kind: 'crashed', error: new Error('secret detail') };

describe('verdict on an attempt', () => {
  it.each([
    ['success is kept', SUCCEEDED, { kind: 'succeed', outcome: OUTCOME }],
    [
      'a refusal is final at the first attempt',
      REJECTED,
      { kind: 'fail', error: { code: 'provider-request-rejected', message: 'refused for its content' } },
    ],
    ['an operation that is somebody else’s is let go', { kind: 'aborted' } as Ending, { kind: 'drop' }],
    [
      'a step is followed by the next',
      { kind: 'yielded', afterMs: 500, progress: 0.5 } as Ending,
      { kind: 'yield', afterMs: 500, progress: 0.5 },
    ],
    ['unavailable', UNAVAILABLE, { kind: 'retry', afterMs: LONGEST_BACKOFF_MS, throttled: false }],
    [
      'a provider’s own delay is told to the queue, which may wait longer',
      THROTTLED,
      { kind: 'retry', afterMs: LONGEST_BACKOFF_MS, askedMs: 7000, throttled: true },
    ],
    [
      'a provider’s own delay counts where it is the longer',
      { kind: 'unavailable', error: new ProviderUnavailable('away', { retryAfterMs: 90_000 }) } as Ending,
      { kind: 'retry', afterMs: 90_000, askedMs: 90_000, throttled: false },
    ],
    ['out of time', TIMED_OUT, { kind: 'retry', afterMs: LONGEST_BACKOFF_MS, throttled: false }],
    ['a fault of ours', CRASHED, { kind: 'retry', afterMs: LONGEST_BACKOFF_MS, throttled: false }],
  ])('%s', (_name, ending, expected) => {
    expect(verdict(ending, attempt(1), LIMITS, NOW)).toEqual(expected);
  });

  it('fails at once what would have to wait longer than it may live', () => {
    const ending: Ending = {
      kind: 'unavailable',
      error: new ProviderUnavailable('away', { retryAfterMs: 86_400_000, throttled: true }),
    };
    expect(verdict(ending, attempt(1), LIMITS, NOW)).toMatchObject({
      kind: 'fail',
      error: { code: 'provider-unavailable' },
    });
  });

  it.each([
    [UNAVAILABLE, 'provider-unavailable'],
    [THROTTLED, 'provider-unavailable'],
    [TIMED_OUT, 'provider-timeout'],
    [CRASHED, 'internal-error'],
  ])('the last attempt fails with the code of its own end: $kind → %s', (ending, code) => {
    expect(verdict(ending, attempt(LIMITS.maxAttempts - 1), LIMITS, NOW)).toMatchObject({ kind: 'retry' });
    const last = verdict(ending, attempt(LIMITS.maxAttempts), LIMITS, NOW);
    expect(last).toMatchObject({ kind: 'fail', error: { code } });
    expect(JSON.stringify(last)).not.toContain('secret');
  });

  it('past its age an operation fails with deadline-exceeded, before attempts are counted', () => {
    const late = START + LIMITS.maxAgeMs;
    for (const ending of [UNAVAILABLE, TIMED_OUT, CRASHED]) {
      expect(verdict(ending, attempt(LIMITS.maxAttempts), LIMITS, late)).toMatchObject({
        kind: 'fail',
        error: { code: 'deadline-exceeded' },
      });
      expect(verdict(ending, attempt(1), LIMITS, late - 1)).toMatchObject({ kind: 'retry' });
    }
  });

  it('a step is not followed by another past the age, however many attempts there were', () => {
    const step: Ending = { kind: 'yielded', afterMs: 500 };
    expect(verdict(step, attempt(99), LIMITS, START + LIMITS.maxAgeMs - 1)).toEqual({
      kind: 'yield',
      afterMs: 500,
    });
    expect(verdict(step, attempt(1), LIMITS, START + LIMITS.maxAgeMs)).toMatchObject({
      kind: 'fail',
      error: { code: 'deadline-exceeded' },
    });
  });

  it('an answer that came late is still an answer', () => {
    expect(verdict(SUCCEEDED, attempt(99), LIMITS, START + 10 * LIMITS.maxAgeMs)).toMatchObject({
      kind: 'succeed',
    });
  });
});
