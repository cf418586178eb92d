import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLocator } from '../../shared/analyses/grounding.ts';
import { normalise } from '../../shared/analyses/normalised.ts';
import { isRangeOf } from '../../shared/analyses/range.ts';
import {
  arbitraryMarkedText,
  arbitraryOffset,
  arbitraryText,
  arbitraryWords,
  retypedPiece,
} from '../support/arbitrary-text.ts';
import { cpuMs } from '../support/cpu-time.ts';

/** What of the text the claim was found to be about. */
const found = (
  text: string,
  excerpt: string,
  more: { before?: string; near?: number; from?: number } = {},
) => {
  const range = createLocator(text)({ excerpt, ...more });
  return range && [range.start, text.slice(range.start, range.end)];
};

describe('an excerpt', () => {
  it('is found as it stands', () => {
    expect(found('நான் வீட்டிற்கு போனேன்.', 'வீட்டிற்கு')).toEqual([5, 'வீட்டிற்கு']);
  });

  it('that is not there is not found', () => {
    expect(found('நான் வந்தேன்.', 'சென்றேன்')).toBeUndefined();
    expect(found('நான் வந்தேன்.', '')).toBeUndefined();
    expect(found('', 'நான்')).toBeUndefined();
  });

  it.each([
    ['composed where the text is not', 'க\u0bc6\u0bbeடு', 'கொடு', 'க\u0bc6\u0bbeடு'],
    ['taken apart where the text is composed', 'கொடு', 'க\u0bc6\u0bbeடு', 'கொடு'],
    ['without the invisible', 'பக்\u200cஷி வந்தது', 'பக்ஷி', 'பக்\u200cஷி'],
    ['with something invisible', 'பக்ஷி வந்தது', 'பக்\u200cஷி', 'பக்ஷி'],
    ['over a line break', 'அவன்\n  வந்தான்', 'அவன் வந்தான்', 'அவன்\n  வந்தான்'],
    ['over a no-break space', 'அவன்\u00a0வந்தான்', 'அவன் வந்தான்', 'அவன்\u00a0வந்தான்'],
    ['with white space around it', 'அவன் வந்தான்', ' வந்தான்\n', 'வந்தான்'],
    ['with straight quotes', '“வா” என்றான்', '"வா" என்றான்', '“வா” என்றான்'],
    ['with a plain dash', 'கி.பி. 1900–1910', '1900-1910', '1900–1910'],
  ])('is found %s', (_, text, excerpt, there) => {
    expect(found(text, excerpt)?.[1]).toBe(there);
  });

  it('is found as it stands before anything is taken for the same', () => {
    expect(found('“வா” "வா"', '"வா"')).toEqual([5, '"வா"']);
  });

  it('never cuts a letter in two', () => {
    expect(found('காகம்', 'க')?.[0]).toBe(2);
    expect(found('கா', 'க')).toBeUndefined();
    expect(found('க\u0bc6\u0bbeடு', 'க')).toBeUndefined();
    expect(found('தமிழ்', 'தமிழ')).toBeUndefined();
  });

  it('may begin with a mark, if that is what is wrong', () => {
    expect(found('அ ா ஆ', 'ா')).toEqual([2, 'ா']);
    expect(found('கா.ா', 'ா')).toEqual([3, 'ா']);
    expect(found('ாகா', 'ா')).toEqual([0, 'ா']);
    expect(found('அ \u200bா ஆ', ' ா ')).toEqual([2, '\u200bா']);
  });

  it.each([
    ['a mark of a letter that is composed', 'cafe\u0301ா', 'ா '],
    ['the other mark of it', 'cafe\u0301ா', '\u00e9 '],
    ['a mark of a letter that is as it is', 'காகம்', 'ா '],
    ['a letter without the mark behind something invisible', 'க\u200d் ', 'க '],
    ['the mark behind something invisible', 'க\u200d் ', '் '],
    ['a part of a letter taken apart', 'கொடு', 'ெ '],
    ['a mark of a letter as it stands', 'கா', 'ா'],
  ])('is never %s', (_, text, excerpt) => {
    expect(found(text, excerpt)).toBeUndefined();
  });

  it('of two words is the whole one before the part of another', () => {
    expect(found('வந்தவன் வந்த', 'வந்த')).toEqual([8, 'வந்த']);
    expect(found('வந்தவன்', 'வந்த')).toEqual([0, 'வந்த']);
  });

  describe('that occurs more than once', () => {
    const text = 'அந்த மரம். இந்த மரம். எந்த மரம்.';

    it('is the one at the claimed place, or the nearest to it', () => {
      expect(found(text, 'மரம்', { near: 16 })?.[0]).toBe(16);
      expect(found(text, 'மரம்', { near: 31 })?.[0]).toBe(27);
      expect(found(text, 'மரம்', { near: 9_999 })?.[0]).toBe(27);
    });

    it('is the one at the very place, whatever is said to stand before it', () => {
      expect(found(text, 'மரம்', { near: 16, before: 'எந்த ' })?.[0]).toBe(16);
      expect(found('மரம்பெரிய மரம்', 'மரம்', { near: 0, before: 'பெரிய' })?.[0]).toBe(0);
      expect(found(text, 'மரம்', { near: 15, before: 'எந்த ' })?.[0]).toBe(27);
    });

    it('may be far behind the nearest', () => {
      expect(found('மரம் எந்த மரம்', 'மரம்', { near: 1, before: 'எந்த' })?.[0]).toBe(10);
    });

    it('is the earlier of two that are as near', () => {
      expect(found('அ ஆ அ', 'அ', { near: 2 })?.[0]).toBe(0);
    });

    it('is the next in reading order where the claimed place is none', () => {
      for (const near of [Number.NaN, Infinity, -Infinity])
        expect(found(text, 'மரம்', { near, from: 9 })?.[0]).toBe(16);
      expect(found(text, 'மரம்', { near: -1 })?.[0]).toBe(5);
      expect(found(text, 'மரம்', { near: 16.5 })?.[0]).toBe(16);
    });

    it('is told by what stands before it, however that is typed, and past white space', () => {
      const spaced = 'க\u0bc6\u0bbeடு  மரம் கெடு மரம்';
      expect(found(spaced, 'மரம்', { before: 'கொடு ', near: 20 })?.[0]).toBe(7);
      const letters = 'அ ஆ இ ஈ உ ஊ எ ஏ ஐ ஒ ஓ ஔ க ங ச ஞ ட ண த ந ';
      expect(found(`மரம் ${letters}மரம்`, 'மரம்', { before: `தவறு ${letters}`, near: 0.5 })?.[0]).toBe(45);
    });

    it('is the one after what is said to stand before it', () => {
      expect(found(text, 'மரம்', { before: 'இந்த ' })?.[0]).toBe(16);
      expect(found(text, 'மரம்', { before: 'எந்த', near: 0 })?.[0]).toBe(27);
    });

    it('is the next in reading order otherwise', () => {
      expect(found(text, 'மரம்')?.[0]).toBe(5);
      expect(found(text, 'மரம்', { from: 9 })?.[0]).toBe(16);
      expect(found(text, 'மரம்', { from: 30 })?.[0]).toBe(5);
    });
  });
});

describe('whatever is claimed', () => {
  const claims = (texts: fc.Arbitrary<string>, words: (text: string) => fc.Arbitrary<string>) =>
    texts.chain((text) =>
      fc.tuple(
        fc.constant(text),
        words(text),
        words(text),
        fc.option(fc.oneof(fc.nat(text.length), arbitraryOffset), { nil: undefined }),
      ),
    );

  /** A character and its marks, and white space; where one ends and the next begins. */
  const letterBorders = (text: string): Set<number> =>
    new Set(
      Array.from(text.matchAll(/\s+|\P{M}\p{M}*|\p{M}+/gu)).flatMap(({ 0: { length }, index }) => [
        index,
        index + length,
      ]),
    );

  it.each<[string, Parameters<typeof claims>, number]>([
    ['anything', [arbitraryText(), () => arbitraryWords], 1_000],
    ['pieces of the text, typed anew', [arbitraryMarkedText, retypedPiece], 2_000],
  ])(
    'what is found is a range of the text, and reads as the excerpt does, letter by letter (%s)',
    (_, parts, numRuns) => {
      fc.assert(
        fc.property(claims(...parts), ([text, excerpt, before, near]) => {
          const range = createLocator(text)({ excerpt, before, near });
          if (range === undefined) return;
          expect(range.start).toBeLessThan(range.end);
          expect(isRangeOf(text, range.start, range.end)).toBe(true);
          const there = text.slice(range.start, range.end);
          if (there === excerpt) return;
          expect(normalise(there).text.trim()).toBe(normalise(excerpt).text.trim());
          const borders = letterBorders(text);
          expect([borders.has(range.start), borders.has(range.end)]).toEqual([true, true]);
        }),
        { numRuns },
      );
    },
  );

  it('any whole letters of the text are found', () => {
    fc.assert(
      fc.property(arbitraryText(), fc.nat(), fc.nat(), (text, a, b) => {
        const letters = Array.from(new Intl.Segmenter('ta').segment(text), ({ segment, index }) => ({
          segment,
          index,
        }));
        const from = a % letters.length;
        const taken = letters.slice(from, from + 1 + (b % letters.length));
        const excerpt = taken.map(({ segment }) => segment).join('');
        const start = taken[0]?.index ?? 0;
        if (/^\p{M}/u.test(text.slice(start + excerpt.length))) return;
        expect(createLocator(text)({ excerpt, near: start })).toEqual({ start, end: start + excerpt.length });
      }),
      { numRuns: 500 },
    );
  });

  it('is looked for in no more than a moment', () => {
    const locate = createLocator('அ ஆ '.repeat(5_000));
    const locateAll = () => {
      for (let n = 0; n < 100; n += 1) locate({ excerpt: 'அ', before: 'ஆ', near: n * 40 + 1 });
    };
    expect(cpuMs(locateAll)).toBeLessThan(3_000);
  });
});
