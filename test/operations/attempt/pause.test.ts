import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pauseBeforeNext } from '../../../shared/operations/attempt/pause.ts';

const HOUR_MS = 3_600_000;
const early = () => 0;
const late = () => 1;
const pause = (attempts: number, leftMs = HOUR_MS, askedMs?: number, random = early) =>
  pauseBeforeNext({ attempts, leftMs, askedMs }, random);

/** Times of the attempts, in seconds after the first, of which each takes no time. */
function attempts(most: number, maxAgeMs: number, askedMs?: number, random = early): number[] {
  const times = [0];
  for (let made = 1; made < most; made += 1) {
    const now = times.at(-1) ?? 0;
    times.push(now + pause(made, maxAgeMs - now, askedMs, random));
  }
  return times.map((ms) => ms / 1000);
}

describe('the pause before the next attempt', () => {
  it('grows from seconds to minutes, so that five attempts outlast a provider that is away for ten', () => {
    expect(attempts(5, HOUR_MS)).toEqual([0, 2, 12, 72, 672]);
    expect(attempts(7, HOUR_MS)).toEqual([0, 2, 12, 72, 672, 1272, 1872]);
  });

  it('after an attempt that is not counted is the first', () => {
    expect(pause(0)).toBe(pause(1));
  });

  it('is never shorter than what the provider asked for, and goes on growing', () => {
    expect(attempts(5, HOUR_MS, 30_000)).toEqual([0, 30, 60, 120, 720]);
    expect(pause(1, HOUR_MS, HOUR_MS - 1)).toBe(HOUR_MS - 1);
  });

  it('is drawn up to a fifth longer', () => {
    expect(pause(3, HOUR_MS, undefined, late)).toBe(72_000);
    expect(pause(1, HOUR_MS, 30_000, late)).toBe(36_000);
    expect(pause(1, HOUR_MS, undefined, () => 0.5)).toBe(2200);
  });

  it('is at most half of what is left, so that the attempts of a short life outlast two thirds of it', () => {
    expect(attempts(5, 60_000)).toEqual([0, 2, 12, 36, 48]);
    expect(attempts(5, 60_000, undefined, late)).toEqual([0, 2.4, 14.4, 37.2, 48.6]);
    expect(attempts(5, 20_000)).toEqual([0, 2, 11, 15.5, 17.75]);
  });

  it('ends before the deadline, whatever was asked for that ends before it', () => {
    const waiting = fc.record({
      attempts: fc.nat(100),
      leftMs: fc.integer({ min: 2, max: 31 * 86_400_000 }),
    });
    fc.assert(
      fc.property(
        waiting,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.nat(1000),
        (one, share, drawn) => {
          const askedMs = Math.floor(one.leftMs * share);
          const ms = pauseBeforeNext({ ...one, askedMs }, () => drawn / 1000);
          expect(ms).toBeGreaterThanOrEqual(askedMs);
          expect(ms).toBeLessThan(one.leftMs);
        },
      ),
    );
  });
});
