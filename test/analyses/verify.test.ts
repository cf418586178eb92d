import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concludeCritique, concludeProofread } from '../../shared/analyses/conclude.ts';
import type { EssayCritiqueResult } from '../../shared/analyses/essay-critique.ts';
import type { ProofreadIssue } from '../../shared/analyses/proofread.ts';
import { verifyCritique, verifyProofread } from '../../shared/analyses/verify.ts';

const TEXT = 'அந்த பையன் 😀 வந்தான்';
const issue = (start: number, end: number, suggestion = 'x'): ProofreadIssue => ({
  type: 'grammar',
  severity: 'low',
  message: 'ம',
  start,
  end,
  suggestion,
});
const proofread = (changes: object = {}) => ({
  ...concludeProofread(TEXT, [issue(0, 4), issue(5, 10)]),
  ...changes,
});

describe('a proofread', () => {
  it('that holds to the contract has no faults', () => {
    expect(verifyProofread(TEXT, proofread())).toEqual([]);
    expect(verifyProofread(TEXT, concludeProofread(TEXT, []))).toEqual([]);
  });

  const corrected = (issues: ProofreadIssue[], corrected_text: string) => ({ issues, corrected_text });
  it.each([
    ['of another form', proofread({ issues: 'none' }), /documented form/],
    ['that is nothing', undefined, /documented form/],
    ['of another text', proofread({ original_text: `${TEXT} ` }), /original_text/],
    ['with a suggestion that is not applied', proofread({ corrected_text: TEXT }), /corrected_text/],
    ['past the end', proofread(corrected([issue(0, 99)], 'x')), /range/],
    [
      'that ends before it starts',
      proofread(corrected([issue(4, 2)], `${TEXT.slice(0, 4)}x${TEXT.slice(2)}`)),
      /range/,
    ],
    [
      'within a surrogate pair',
      proofread(corrected([issue(12, 13)], `${TEXT.slice(0, 12)}x${TEXT.slice(13)}`)),
      /range/,
    ],
    ['out of order', proofread(corrected([issue(5, 10), issue(0, 4)], 'x')), /order/],
    ['overlapping', proofread(corrected([issue(0, 5), issue(4, 10)], `xx${TEXT.slice(10)}`)), /overlap/],
  ])('%s is faulted', (_name, result, fault) => {
    expect(verifyProofread(TEXT, result).join(' ')).toMatch(fault);
  });

  it('with an issue in an address is faulted', () => {
    const text = 'காண்க www.நேத்து.இந்தியா';
    const result = { original_text: text, corrected_text: 'காண்க www.x.இந்தியா', issues: [issue(10, 16, 'x')] };
    expect(verifyProofread(text, result).join(' ')).toMatch(/address/);
  });

  it('is never faulted when it was concluded', () => {
    const at = fc.integer({ min: -2, max: TEXT.length + 2 });
    const found = fc.array(
      fc.tuple(at, at, fc.string()).map((args) => issue(...args)),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(found, (issues) => {
        expect(verifyProofread(TEXT, concludeProofread(TEXT, issues))).toEqual([]);
      }),
    );
  });
});

const item = (id: string, changes: object = {}) => ({
  id,
  category: 'c',
  severity: 'low' as const,
  title: 'த',
  description: 'வி',
  location: { from: 0, to: 4, excerpt: TEXT.slice(0, 4) },
  suggestion: null,
  badge: null,
  sourceUrl: null,
  sourceTitle: null,
  ...changes,
});
const critique = (items: object[], safetyFlags: object[] = []) => {
  const section = { title: 'ப', summary: 'சு', items: [] };
  const sections = { structure: { ...section, items }, clarity: section, facts: section, citations: section };
  return { summary: 'சு', topFixes: [], sections, safetyFlags } as unknown as EssayCritiqueResult;
};

describe('a critique', () => {
  it('that holds to the contract has no faults', () => {
    const sound = critique(
      [item('a'), item('b', { location: null })],
      [{ itemId: 'a', type: 'unverified', message: 'ம' }],
    );
    expect(verifyCritique(TEXT, sound)).toEqual([]);
    expect(verifyCritique(TEXT, concludeCritique(TEXT, critique([item('a'), item('a')])))).toEqual([]);
  });

  it.each([
    ['of another form', { summary: 'சு' }, /documented form/],
    ['with two items of one id', critique([item('a'), item('a')]), /one id/],
    ['pointing outside', critique([item('a', { location: { from: 0, to: 99, excerpt: TEXT } })]), /outside/],
    [
      'with another excerpt',
      critique([item('a', { location: { from: 0, to: 4, excerpt: 'x' } })]),
      /excerpt/,
    ],
    ['flagging nothing', critique([], [{ itemId: 'z', type: 'unverified', message: 'ம' }]), /flag/],
  ])('%s is faulted', (_name, result, fault) => {
    expect(verifyCritique(TEXT, result).join(' ')).toMatch(fault);
  });
});
