import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concludeCritique, concludeProofread } from '../../shared/analyses/conclude.ts';
import {
  type CritiqueItem,
  type EssayCritiqueResult,
  essayCritiqueResult,
} from '../../shared/analyses/essay-critique.ts';
import { type ProofreadIssue, proofreadResult } from '../../shared/analyses/proofread.ts';
import { arbitraryOffset, arbitraryText, arbitraryWords } from '../support/arbitrary-text.ts';
import { cpuMs } from '../support/cpu-time.ts';

const issue = (start: number, end: number, suggestion: string, more: Partial<ProofreadIssue> = {}) => ({
  type: 'spelling' as const,
  severity: 'medium' as const,
  message: 'பிழை',
  start,
  end,
  suggestion,
  ...more,
});

describe('a proofread result', () => {
  it('applies every suggestion, in the order of the text', () => {
    const result = concludeProofread('அந்த பையன் வந்தான்', [issue(11, 18, 'வந்தார்'), issue(0, 4, 'அந்தப்')]);
    expect(result.corrected_text).toBe('அந்தப் பையன் வந்தார்');
    expect(result.issues.map((each) => each.start)).toEqual([0, 11]);
    expect(result.original_text).toBe('அந்த பையன் வந்தான்');
  });

  it('keeps a deletion and an insertion', () => {
    const result = concludeProofread('a  b', [issue(1, 2, ''), issue(4, 4, '.')]);
    expect(result.corrected_text).toBe('a b.');
  });

  it.each([
    ['before the text', issue(-1, 2, 'x')],
    ['past the text', issue(0, 4, 'x')],
    ['backwards', issue(2, 1, 'x')],
    ['not a number', issue(Number.NaN, 2, 'x')],
    ['between two units', issue(0.5, 2, 'x')],
    ['huge', issue(0, 2 ** 60, 'x')],
    ['what is there already', issue(0, 3, 'abc')],
    ['nothing for nothing', issue(1, 1, '')],
    ['a lone surrogate', issue(0, 1, '\ud83d')],
    ['without a word of explanation', issue(0, 1, 'x', { message: ' ' })],
    ['of an unknown type', { ...issue(0, 1, 'x'), type: 'taste' as never }],
    ['nothing at all', null as never],
  ])('drops an issue that is %s', (_, bad) => {
    expect(concludeProofread('abc', [bad])).toEqual({
      original_text: 'abc',
      corrected_text: 'abc',
      issues: [],
    });
  });

  it.each([
    ['in an address', 'காண்க https://ta.example.org/வேன்டும் நன்றி', 'வேன்டும்'],
    ['across an address', 'காண்க www.நேத்து.இந்தியா நன்றி', 'காண்க www.நேத்து.இந்தியா நன்றி'],
    ['in a placeholder', 'வணக்கம் {{பெயர்}} அவர்களே', 'பெயர்'],
    ['in code', 'அதுவே `நேத்து அங்க` ஆகும்', 'நேத்து'],
  ])('drops an issue %s, whoever found it', (_, text, excerpt) => {
    const start = text.indexOf(excerpt);
    const more = { severity: 'high' } as const;
    const result = concludeProofread(text, [
      issue(start, start + excerpt.length, 'x', more),
      issue(0, 5, 'y'),
    ]);
    expect(result.issues).toEqual([issue(0, 5, 'y')]);
  });

  it('never cuts a surrogate pair in two', () => {
    expect(concludeProofread('a😀b', [issue(0, 2, 'x'), issue(2, 4, 'y')]).issues).toEqual([]);
    expect(concludeProofread('a😀b', [issue(1, 3, 'x')]).corrected_text).toBe('axb');
  });

  it('keeps the more severe of two that overlap, then the earlier', () => {
    const mild = issue(0, 3, 'x');
    const grave = issue(2, 5, 'y', { severity: 'high' });
    expect(concludeProofread('abcdef', [mild, grave]).issues).toEqual([grave]);
    expect(concludeProofread('abcdef', [issue(2, 5, 'y'), mild]).issues).toEqual([mild]);
  });

  it('holds one suggestion only for one place', () => {
    expect(
      concludeProofread('abc', [issue(1, 1, 'x'), issue(1, 1, 'y'), issue(1, 2, 'z')]).issues,
    ).toHaveLength(1);
    expect(concludeProofread('abc', [issue(0, 3, 'x'), issue(1, 1, 'y')]).issues).toHaveLength(1);
  });

  it('takes thousands of colliding issues in its stride', () => {
    const text = 'அ'.repeat(10_000);
    const many = Array.from({ length: 50_000 }, (_, n) => issue((n * 7) % 9_990, ((n * 7) % 9_990) + 3, 'ஆ'));
    expect(cpuMs(() => concludeProofread(text, many))).toBeLessThan(2_000);
  });

  it('holds the contract whatever was found', () => {
    const arbitraryIssue = fc.record({
      type: fc.constantFrom('grammar', 'spelling', 'style', 'clarity', 'x'),
      severity: fc.constantFrom('low', 'medium', 'high', 'x'),
      message: arbitraryWords,
      start: arbitraryOffset,
      end: arbitraryOffset,
      suggestion: arbitraryWords,
    });
    fc.assert(
      fc.property(arbitraryText(), fc.array(arbitraryIssue, { maxLength: 30 }), (text, issues) => {
        const result = proofreadResult.parse(concludeProofread(text, issues as ProofreadIssue[]));
        expect(result.original_text).toBe(text);
        expect(JSON.stringify(result)).not.toMatch(/\\ud[89a-f]/);
        let at = 0;
        let corrected = '';
        for (const { start, end, suggestion } of result.issues) {
          expect(start).toBeGreaterThanOrEqual(at);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(text.length);
          expect(text.slice(start, end)).not.toBe(suggestion);
          expect(text.slice(start, end).isWellFormed()).toBe(true);
          corrected += text.slice(at, start) + suggestion;
          at = end;
        }
        expect(result.corrected_text).toBe(corrected + text.slice(at));
        const backwards = result.issues.reduceRight(
          (edited, each) => edited.slice(0, each.start) + each.suggestion + edited.slice(each.end),
          text,
        );
        expect(backwards).toBe(result.corrected_text);
      }),
      { numRuns: 500 },
    );
  });

  it('is a fixed point: concluding its own issues again changes nothing', () => {
    const arbitraryIssue = fc
      .tuple(fc.nat(30), fc.nat(10), arbitraryWords)
      .map(([start, length, suggestion]) => issue(start, start + length, suggestion));
    fc.assert(
      fc.property(arbitraryText(), fc.array(arbitraryIssue), (text, issues) => {
        const once = concludeProofread(text, issues);
        expect(concludeProofread(text, once.issues)).toEqual(once);
      }),
    );
  });
});

const item = (more: Partial<CritiqueItem> = {}): CritiqueItem => ({
  id: 'i1',
  category: 'கட்டமைப்பு',
  severity: 'low',
  title: 'தலைப்பு',
  description: 'விளக்கம்',
  location: null,
  suggestion: null,
  badge: null,
  sourceUrl: null,
  sourceTitle: null,
  ...more,
});

const critique = (
  facts: readonly CritiqueItem[],
  more: Partial<EssayCritiqueResult> = {},
): EssayCritiqueResult => {
  const section = { title: 'பகுதி', summary: 'சுருக்கம்', items: [] };
  return {
    summary: 'சுருக்கம்',
    topFixes: [],
    sections: {
      structure: section,
      clarity: section,
      facts: { ...section, items: [...facts] },
      citations: section,
    },
    safetyFlags: [],
    ...more,
  };
};

const essay = 'கப்பல் 1912 ஆம் ஆண்டு மூழ்கியது 😀.';

describe('a critique result', () => {
  it('passes a sound critique on as it is', () => {
    const sound = critique([
      item({
        location: { from: 7, to: 11, excerpt: '1912' },
        suggestion: { text: '1911', canAutoApply: false, meaningMayChange: false },
        badge: 'verified',
        sourceUrl: 'https://example.org/a?b=1',
        sourceTitle: 'மூலம்',
      }),
    ]);
    expect(concludeCritique(essay, sound)).toEqual(sound);
  });

  it('takes the excerpt from the essay, not from the provider', () => {
    const { sections } = concludeCritique(
      essay,
      critique([item({ location: { from: 7, to: 11, excerpt: 'x' } })]),
    );
    expect(sections.facts.items[0]?.location).toEqual({ from: 7, to: 11, excerpt: '1912' });
  });

  it.each([
    { from: 5, to: 4, excerpt: '' },
    { from: 4, to: 4, excerpt: '' },
    { from: -1, to: 4, excerpt: '' },
    { from: 0, to: 1e9, excerpt: '' },
    { from: 0.5, to: 3, excerpt: '' },
    { from: 0, to: essay.length - 2, excerpt: '' },
    'somewhere' as never,
  ])('keeps an item without its impossible location %j', (location) => {
    const { sections } = concludeCritique(essay, critique([item({ location })]));
    expect(sections.facts.items).toEqual([item()]);
  });

  it('keeps an item about an address, and no suggestion for it', () => {
    const text = 'சான்று: https://example.org/நேத்து';
    const at = (from: number, to: number) => ({
      location: { from, to, excerpt: '' },
      suggestion: { text: 'x', canAutoApply: true, meaningMayChange: false },
    });
    const items = [item({ id: 'a', ...at(8, text.length) }), item({ id: 'b', ...at(0, 6) })];
    const { sections } = concludeCritique(text, critique(items));
    expect(sections.facts.items.map(({ suggestion }) => suggestion?.text)).toEqual([undefined, 'x']);
  });

  it('makes ids unique over all sections', () => {
    const given = [item(), item(), item({ id: 'i1-2' }), item(), item({ id: 'i1-2' })];
    const { sections } = concludeCritique(essay, critique(given));
    expect(sections.facts.items.map(({ id }) => id)).toEqual(['i1', 'i1-2', 'i1-2-2', 'i1-3', 'i1-2-3']);
  });

  it('takes thousands of items and flags of one id in its stride', () => {
    const flag = { itemId: 'i1', type: 'unverified' as const, message: 'ஏன்?' };
    const many = critique(Array(5_000).fill(item({ location: { from: 0, to: 6, excerpt: '' } })), {
      safetyFlags: Array(5_000).fill(flag),
    });
    expect(cpuMs(() => concludeCritique(essay, many))).toBeLessThan(500);
  });

  it('drops an item that says nothing', () => {
    const { sections } = concludeCritique(
      essay,
      critique([item({ title: ' ' }), item({ severity: 'x' as never })]),
    );
    expect(sections.facts.items).toEqual([]);
  });

  it('takes a source only over http', () => {
    const sources = [
      'javascript:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      'nowhere',
      '',
      'HTTP://a.example/',
    ];
    const { sections } = concludeCritique(essay, critique(sources.map((sourceUrl) => item({ sourceUrl }))));
    expect(sections.facts.items.map(({ sourceUrl }) => sourceUrl)).toEqual([
      ...Array(5).fill(null),
      'http://a.example/',
    ]);
  });

  it('never lets a suggestion be applied unseen that has no place or may change the meaning', () => {
    const suggestion = { text: 'x', canAutoApply: true, meaningMayChange: false };
    const located = { location: { from: 0, to: 6, excerpt: 'கப்பல்' } };
    const { sections } = concludeCritique(
      essay,
      critique([
        item({ suggestion }),
        item({ ...located, suggestion: { ...suggestion, meaningMayChange: true } }),
        item({ ...located, suggestion }),
      ]),
    );
    expect(sections.facts.items.map((each) => each.suggestion?.canAutoApply)).toEqual([false, false, true]);
  });

  it('flags what is unverified, conflicting or may change the meaning, and nothing that is not there', () => {
    const suggestion = { text: '1911', canAutoApply: false, meaningMayChange: true };
    const { safetyFlags } = concludeCritique(
      essay,
      critique(
        [item({ id: 'a', badge: 'unverified' }), item({ id: 'b', badge: 'conflicting', suggestion })],
        {
          safetyFlags: [
            { itemId: 'a', type: 'unverified', message: 'ஆதாரம் இல்லை' },
            { itemId: 'ghost', type: 'unverified', message: 'x' },
            null as never,
          ],
        },
      ),
    );
    expect(safetyFlags.map(({ itemId, type }) => [itemId, type])).toEqual([
      ['a', 'unverified'],
      ['b', 'meaning-change'],
      ['b', 'conflicting'],
    ]);
    expect(safetyFlags[0]?.message).toBe('ஆதாரம் இல்லை');
  });

  it('holds the contract whatever was found', () => {
    const arbitraryItem = fc.record({
      id: fc.oneof(fc.constantFrom('a', 'a-2', ''), arbitraryWords),
      category: arbitraryWords,
      severity: fc.constantFrom('high', 'medium', 'low', 'x'),
      title: arbitraryWords,
      description: arbitraryWords,
      location: fc.option(fc.record({ from: arbitraryOffset, to: arbitraryOffset, excerpt: arbitraryWords })),
      suggestion: fc.option(
        fc.record({ text: arbitraryWords, canAutoApply: fc.boolean(), meaningMayChange: fc.boolean() }),
      ),
      badge: fc.option(fc.constantFrom('verified', 'unverified', 'conflicting')),
      sourceUrl: fc.option(fc.oneof(fc.webUrl(), arbitraryWords)),
      sourceTitle: fc.option(arbitraryWords),
    });
    const arbitraryFlag = fc.record({
      itemId: fc.constantFrom('a', 'a-2', 'ghost'),
      type: fc.constantFrom('meaning-change', 'unverified', 'conflicting', 'x'),
      message: arbitraryWords,
    });
    fc.assert(
      fc.property(
        arbitraryText(),
        fc.array(arbitraryItem, { maxLength: 8 }),
        fc.array(arbitraryFlag, { maxLength: 5 }),
        arbitraryWords,
        (text, items, safetyFlags, summary) => {
          const result = essayCritiqueResult.parse(
            concludeCritique(
              text,
              critique(items as CritiqueItem[], {
                summary,
                topFixes: [summary],
                safetyFlags: safetyFlags as EssayCritiqueResult['safetyFlags'],
              }),
            ),
          );
          expect(JSON.stringify(result)).not.toMatch(/\\ud[89a-f]/);
          const found = Object.values(result.sections).flatMap((section) => section.items);
          const ids = found.map(({ id }) => id);
          expect(new Set(ids).size).toBe(ids.length);
          for (const { location } of found)
            if (location) expect(text.slice(location.from, location.to)).toBe(location.excerpt);
          const flags = result.safetyFlags.map(({ itemId, type }) => `${itemId} ${type}`);
          expect(new Set(flags).size).toBe(flags.length);
          for (const { itemId } of result.safetyFlags) expect(ids).toContain(itemId);
          for (const each of found) {
            if (each.badge === 'unverified' || each.badge === 'conflicting')
              expect(flags).toContain(`${each.id} ${each.badge}`);
            if (each.suggestion?.meaningMayChange) expect(flags).toContain(`${each.id} meaning-change`);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
