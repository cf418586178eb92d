import { describe, expect, it } from 'vitest';
import { MAX_WORDS } from '../../shared/analyses/budget.ts';
import { concludeCritique, concludeProofread } from '../../shared/analyses/conclude.ts';
import {
  type EssayCritiqueResult,
  essayCritiqueResult,
  MAX_ESSAY,
} from '../../shared/analyses/essay-critique.ts';
import { MAX_PROOFREAD_TEXT, type ProofreadIssue } from '../../shared/analyses/proofread.ts';
import { verifyCritique, verifyProofread } from '../../shared/analyses/verify.ts';
import { fieldsOf } from '../../shared/operations/store/firestore/document.ts';
import { MAX_RECORD_BYTES } from '../../shared/operations/store/port.ts';
import { recordIn, rowOf } from '../../shared/operations/store/sqlite/row.ts';
import { findByRules } from '../../shared/providers/engine.ts';
import { createMergingProvider } from '../../shared/providers/merging.ts';
import type { AnalysisRequest } from '../../shared/providers/port.ts';
import { succeeded } from '../contract/records.ts';
import { noise } from '../support/noise.ts';

/** Fills the longest text. */
const fill = (words: string, length: number) =>
  words
    .repeat(Math.ceil(length / words.length))
    .slice(0, length)
    .trim();
const WORDS = [
  'ஊரு ',
  'ஒரு ஊரு ',
  '\u0b85\u0bbe ',
  '\u0b85\u0bbe',
  'கொ '.normalize('NFD'),
  'ரு  ',
  'ஓர் வீடு ',
  'அந்த பையன் ஒரு ஆடு வாங்கினான். ',
];
const ESSAYS = [...WORDS, '1876 இல் பஞ்சம்.\n\n', '“அ” என்றார் காந்தி. ', 'அவன் வந்தான். அவன் வந்தான்.\n', 'எனவே 5 பேர். '];
/** Tamil that does not repeat. */
const TAMIL = Array.from({ length: 23 }, (_, n) => String.fromCodePoint(0xb95 + n));
const random = (length: number, seed: number) => noise(length, TAMIL, seed);

/** Stores and reads the result as both stores do. */
function expectStorable(text: string, result: unknown): void {
  const record = succeeded('a', result, { input: { text } });
  const { summary, document } = rowOf(record);
  expect(recordIn(record.id, summary, document)).toEqual(record);
  expect(String(fieldsOf(record, [])['document']?.stringValue).length).toBeLessThan(MAX_RECORD_BYTES);
}

describe('the longest result fits a record', () => {
  it.each(WORDS)('a proofread of %j, again and again', (words) => {
    const text = fill(words, MAX_PROOFREAD_TEXT);
    const { issues } = findByRules({ analysis: 'proofread', text, language: 'ta', disabledRules: [] });
    const result = concludeProofread(text, issues);
    expect(verifyProofread(text, result)).toEqual([]);
    // Of what the engine found, nothing is left out.
    expect(result.issues).toHaveLength(issues.length);
    expectStorable(text, result);
  });

  it.each(ESSAYS)('a critique of %j, again and again', (words) => {
    const text = fill(words, MAX_ESSAY);
    const found = findByRules({ analysis: 'essay-critique', text, language: 'ta', disabledRules: [] });
    const result = concludeCritique(text, found);
    expect(verifyCritique(text, result)).toEqual([]);
    expectStorable(text, result);
  });

  it('a model that has something else to say of every letter, beside what the engine finds', async () => {
    const text = fill('ஊரு ', MAX_PROOFREAD_TEXT);
    const issues = Array.from(
      { length: MAX_PROOFREAD_TEXT / 5 },
      (_, n): ProofreadIssue => ({
        type: 'style',
        severity: n % 2 === 0 ? 'low' : 'high',
        message: random(400, n),
        start: n * 5,
        end: n * 5 + 1,
        suggestion: random(50, -n),
      }),
    );
    const model = {
      name: 'model',
      analyse: async () => ({ findings: { issues }, provider: 'model', model: 'm' }),
    };
    const merging = createMergingProvider(
      model as never,
      (own) => findByRules({ analysis: 'proofread', text: own, language: 'ta', disabledRules: [] }).issues,
    );
    const request: AnalysisRequest<'proofread'> = {
      analysis: 'proofread',
      text,
      language: 'ta',
      disabledRules: [],
    };
    const { findings } = await merging.analyse(request, { signal: new AbortController().signal });
    const result = concludeProofread(text, findings.issues);
    expect(verifyProofread(text, result)).toEqual([]);
    const words = new Set(result.issues.flatMap(({ message, suggestion }) => [message, suggestion]));
    expect([...words].join('').length).toBeLessThanOrEqual(MAX_WORDS);
    // The more severe stay.
    expect(result.issues.filter(({ severity }) => severity === 'high').length).toBeGreaterThan(400);
    expectStorable(text, result);
  });

  it('a model that quotes the whole essay for every item, in ever other words', () => {
    const text = random(MAX_ESSAY, 7);
    const section = (seed: number): EssayCritiqueResult['sections']['clarity'] => ({
      title: random(5000, seed),
      summary: random(5000, seed + 1),
      items: Array.from({ length: 200 }, (_, n) => ({
        id: `i-${n}`,
        category: random(50, seed + n),
        severity: 'low',
        title: random(100, seed - n),
        description: random(400, seed * n),
        location: { from: n, to: MAX_ESSAY - n, excerpt: '' },
        suggestion: { text: random(100, seed + 2 * n), canAutoApply: true, meaningMayChange: false },
        badge: 'unverified',
        sourceUrl: null,
        sourceTitle: null,
      })),
    });
    const found: EssayCritiqueResult = {
      summary: random(90_000, 1),
      topFixes: [random(90_000, 2), random(90_000, 3)],
      sections: {
        structure: section(1000),
        clarity: section(2000),
        facts: section(3000),
        citations: section(4000),
      },
      safetyFlags: [{ itemId: 'i-1', type: 'conflicting', message: random(90_000, 4) }],
    };
    const result = concludeCritique(text, found);
    expect(essayCritiqueResult.safeParse(result).error).toBeUndefined();
    expect(verifyCritique(text, result)).toEqual([]);
    expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThan(4_000_000);
    expectStorable(text, result);
  });
});
