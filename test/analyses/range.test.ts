import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBoundary, isRangeOf, type Range, withoutOverlaps } from '../../shared/analyses/range.ts';
import { arbitraryText } from '../support/arbitrary-text.ts';

const range = (start: number, end: number): Range => ({ start, end });

describe('a boundary of a text', () => {
  it('is anywhere from its begin to its end, and nowhere else', () => {
    expect([-1, 0, 1, 2, 3].map((at) => isBoundary('ab', at))).toEqual([false, true, true, true, false]);
    expect([0.5, Number.NaN, Number.POSITIVE_INFINITY].map((at) => isBoundary('ab', at))).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('is not within a surrogate pair', () => {
    expect([0, 1, 2].map((at) => isBoundary('👩', at))).toEqual([true, false, true]);
    // Two halves that do not belong together are no pair.
    expect(isBoundary('\udc69\ud83d', 1)).toBe(true);
  });

  it('cuts a well-formed text into two that are', () => {
    fc.assert(
      fc.property(arbitraryText(), fc.nat(), (text, n) => {
        const at = n % (text.length + 1);
        const isCut = text.slice(0, at).isWellFormed() && text.slice(at).isWellFormed();
        expect(isBoundary(text, at)).toBe(isCut);
      }),
    );
  });
});

describe('a range of a text', () => {
  it('is between two boundaries, the first not after the second', () => {
    expect(isRangeOf('ab', 0, 2)).toBe(true);
    expect(isRangeOf('ab', 1, 1)).toBe(true);
    expect(isRangeOf('ab', 2, 1)).toBe(false);
    expect(isRangeOf('ab', 0, 3)).toBe(false);
    expect(isRangeOf('👩', 0, 1)).toBe(false);
    expect(isRangeOf('👩', 1, 2)).toBe(false);
  });
});

describe('ranges without overlaps', () => {
  it('keep those that touch', () => {
    const touching = [range(2, 4), range(0, 2), range(4, 6)];
    expect(withoutOverlaps(touching)).toEqual([range(0, 2), range(2, 4), range(4, 6)]);
  });

  it('keep the earlier of two that share a unit, whichever way they lie', () => {
    expect(withoutOverlaps([range(2, 4), range(3, 5)])).toEqual([range(2, 4)]);
    expect(withoutOverlaps([range(2, 4), range(1, 3)])).toEqual([range(2, 4)]);
    expect(withoutOverlaps([range(2, 4), range(0, 9)])).toEqual([range(2, 4)]);
    expect(withoutOverlaps([range(0, 9), range(2, 4)])).toEqual([range(0, 9)]);
  });

  it('keep one of two that start at one place, an empty one too', () => {
    expect(withoutOverlaps([range(2, 2), range(2, 4)])).toEqual([range(2, 2)]);
    expect(withoutOverlaps([range(2, 4), range(2, 2)])).toEqual([range(2, 4)]);
    expect(withoutOverlaps([range(2, 2), range(2, 2)])).toHaveLength(1);
  });

  it('keep an empty one that touches another at its end', () => {
    expect(withoutOverlaps([range(0, 2), range(2, 2)])).toEqual([range(0, 2), range(2, 2)]);
    expect(withoutOverlaps([range(0, 2), range(1, 1)])).toEqual([range(0, 2)]);
  });

  it('are what is left when each is held against all that were kept before', () => {
    const collide = (a: Range, b: Range) => a.start === b.start || (a.start < b.end && b.start < a.end);
    const arbitraryRange = fc
      .tuple(fc.nat(40), fc.nat(6))
      .map(([start, length]) => range(start, start + length));
    fc.assert(
      fc.property(fc.array(arbitraryRange, { maxLength: 40 }), (ranges) => {
        const kept: Range[] = [];
        for (const one of ranges) if (!kept.some((other) => collide(one, other))) kept.push(one);
        expect(withoutOverlaps(ranges)).toEqual(kept.toSorted((a, b) => a.start - b.start));
      }),
      { numRuns: 500 },
    );
  });
});
