import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { abridge } from '../../../shared/providers/gemini/abridge.ts';
import { partsOf } from '../../../shared/providers/gemini/job.ts';
import { splitText } from '../../../shared/providers/gemini/split.ts';
import { arbitraryText } from '../../support/arbitrary-text.ts';

const cuts = (text: string, max: number) =>
  splitText(text, max).map(({ start, end }) => text.slice(start, end));

describe('a text', () => {
  it('that fits is one part', () => {
    expect(cuts('அ'.repeat(50), 50)).toHaveLength(1);
    expect(cuts('', 50)).toEqual(['']);
  });

  it('is cut at the end of a paragraph, though a sentence ends nearer the middle', () => {
    const [first] = cuts('ஒன்று இரண்டு மூன்று.\n\nநான்கு. ஐந்து ஆறு ஏழு எட்டு ஒன்பது', 40);
    expect(first).toBe('ஒன்று இரண்டு மூன்று.\n\n');
  });

  it('is cut at the end of a sentence else', () => {
    const [first] = cuts('ஒன்று இரண்டு மூன்று. நான்கு ஐந்து ஆறு ஏழு எட்டு.', 32);
    expect(first).toBe('ஒன்று இரண்டு மூன்று. ');
  });

  it('is cut between words, or else between letters', () => {
    expect(cuts('ஒன்று இரண்டு மூன்று நான்கு', 16)).toEqual(['ஒன்று இரண்டு ', 'மூன்று நான்கு']);
    for (const part of cuts('கொ😀'.repeat(20), 15)) expect(part).toMatch(/^(கொ|😀)/u);
  });

  it('is cut into as few parts as will hold it, none too long, together the whole', () => {
    fc.assert(
      fc.property(arbitraryText(300), fc.integer({ min: 60, max: 200 }), (text, max) => {
        const parts = cuts(text, max);
        expect(parts.join('')).toBe(text);
        expect(parts).toHaveLength(Math.ceil(text.length / max) || 1);
        for (const part of parts) {
          expect(part.length).toBeLessThanOrEqual(max);
          expect(part.isWellFormed()).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('without any border is cut all the same', () => {
    for (const max of [2, 7, 60]) {
      const parts = cuts('e\u0301\u0302\u0303😀'.repeat(40), max);
      expect(parts.join('')).toHaveLength(240);
      for (const part of parts) expect(part.isWellFormed()).toBe(true);
    }
  });
});

describe('a part', () => {
  it('is sent with a little of what surrounds it, marked as context', () => {
    const text = Array.from({ length: 900 }, (_, n) => `வாக்கியம் ${n}.`).join(' ');
    const [first, second] = partsOf(text);
    expect(first?.asData[1]).toContain(text.slice(first?.end ?? 0, (first?.end ?? 0) + 100));
    expect(second?.asData.slice(-2)[0]).toBe(text.slice(second?.start));
    expect(second?.asData[0]).toMatch(/CONTEXT/);
    expect(second?.asData[1]).toContain(text.slice((second?.start ?? 0) - 100, second?.start));
  });

  it('that is the whole has no context', () => {
    expect(partsOf('உரை')[0]?.asData).toHaveLength(3);
  });
});

describe('an abridgement', () => {
  const paragraph = (n: number) =>
    `பத்தி ${n} தொடங்குகிறது. ${'நடுவில் பல வாக்கியங்கள் உள்ளன. '.repeat(20)}பத்தி ${n} முடிகிறது.`;

  it('keeps how each paragraph begins and ends', () => {
    const text = [1, 2, 3, 4].map(paragraph).join('\n\n');
    const short = abridge(text, 800);
    expect(short.length).toBeLessThanOrEqual(800);
    for (const n of [1, 2, 3, 4]) {
      expect(short).toContain(`பத்தி ${n} தொடங்குகிறது.`);
      expect(short).toContain(`பத்தி ${n} முடிகிறது.`);
    }
    expect(short).toContain('[...]');
  });

  it('of a text that fits is the text', () => {
    expect(abridge('ஒன்று.\n\nஇரண்டு.', 50)).toBe('ஒன்று.\n\nஇரண்டு.');
  });

  it('is never too long, and well-formed', () => {
    fc.assert(
      fc.property(arbitraryText(200), fc.integer({ min: 1, max: 300 }), (text, max) => {
        const short = abridge(text, max);
        expect(short.length).toBeLessThanOrEqual(max);
        expect(short.isWellFormed()).toBe(true);
      }),
    );
  });
});
