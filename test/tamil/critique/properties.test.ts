import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyCritique } from '../../../shared/analyses/verify.ts';
import { critique } from '../../../tamil/critique/critique.ts';
import { maskTest } from '../../../tamil/masks/find-masks.ts';

const piece = fc.constantFrom(
  'மரம் ',
  'அந்த குளம் ',
  'நேத்து ',
  'தொழிற்சாலை ',
  '1947 ஆம் ஆண்டு ',
  '80 விழுக்காடு மக்கள் ',
  'https://a.in/அந்த-குளம் ',
  'ravi@example.in ',
  '`அந்த குளம்` ',
  '{{பெயர்}} ',
  '#தமிழ்_நூல் ',
  'காந்தி சொன்னார். ',
  '“உண்மையே கடவுள் என்று அறிவோம்” ',
  'கற்க கசடறக் கற்பவை கற்றபின் நிற்க அதற்குத் தக (குறள் 392) ',
  '“நிற்க அதற்குத் தக” ',
  '. ',
  '? ',
  ', ',
  ': ',
  '\n',
  '\n\n',
  '\n- ',
  '\n1. ',
  '# ',
  '“',
  '”',
  '(',
  ')',
  'a',
  '👍🏽',
);
const essays = fc.array(piece, { maxLength: 120 }).map((pieces) => pieces.join(''));

const critiqued = (text: string) => {
  const result = critique(text);
  return { ...result, items: Object.values(result.sections).flatMap(({ items }) => items) };
};

describe('the critique of any text', () => {
  it('keeps to the contract, lies in or across nothing that is masked, and says nothing twice of a place', () => {
    fc.assert(
      fc.property(essays, (text) => {
        const { items, ...result } = critiqued(text);
        expect(verifyCritique(text, result)).toEqual([]);
        const isMasked = maskTest(text);
        for (const { location } of items)
          if (location !== null) expect(isMasked(location.from, location.to)).toBe(false);
        const said = items.map(
          ({ category, title, location }) => `${category} ${title} ${location?.from} ${location?.to}`,
        );
        expect(new Set(said).size).toBe(said.length);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a huge text', () => {
  it.each([
    ['20,000 characters of one-letter abbreviations', 'அ. '.repeat(6667).slice(0, 20_000)],
    ['300,000 sentences', 'மரம். '.repeat(300_000)],
    ['20,000 lines', 'மரம்\n'.repeat(20_000)],
    ['as many quotations', '“அறமே அழகு என்று” காந்தி சொன்னார்.\n'.repeat(3000)],
    ['as many figures in one sentence', '1947 500 '.repeat(20_000)],
  ])(
    'of %s is critiqued',
    (_, text) => {
      const { items, topFixes } = critiqued(text);
      expect(items.length).toBeLessThan(60);
      expect(topFixes.length).toBeLessThanOrEqual(5);
    },
    180_000,
  );
});
