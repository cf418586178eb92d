import { describe, expect, it } from 'vitest';
import { essayCritiqueResult } from '../../shared/analyses/essay-critique.ts';
import { proofreadIssue } from '../../shared/analyses/proofread.ts';
import { findByRules } from '../../shared/providers/engine.ts';
import { createRulesProvider, RULES_MODEL } from '../../shared/providers/tamil.ts';

const provider = createRulesProvider();
const context = { signal: new AbortController().signal };

describe('the rules provider', () => {
  it('proofreads', async () => {
    const text = 'அந்த கடையில் வாங்கினேன்.';
    const analysed = await provider.analyse({ analysis: 'proofread', text, language: 'ta' }, context);
    expect(analysed).toMatchObject({ provider: 'rules', model: RULES_MODEL });
    expect(analysed.findings.issues).toEqual([
      proofreadIssue.strict().parse({
        type: 'grammar',
        severity: 'medium',
        message: analysed.findings.issues[0]?.message,
        start: 0,
        end: 4,
        suggestion: 'அந்தக்',
        rule: 'sandhi/demonstrative',
      }),
    ]);
  });

  it('leaves out what is disabled, in a critique too', async () => {
    const text = 'நேத்து அந்த கடையில் வாங்கினேன்.';
    const disabledRules = ['sandhi/demonstrative', 'colloquial', 'no-such/rule'];
    const request = { text, language: 'ta', disabledRules } as const;
    const proofread = await provider.analyse({ ...request, analysis: 'proofread' }, context);
    expect(proofread.findings.issues).toEqual([]);
    const critique = await provider.analyse({ ...request, analysis: 'essay-critique' }, context);
    expect(critique.findings.sections.clarity.items).toEqual([]);
  });

  it('critiques an essay', async () => {
    const request = { analysis: 'essay-critique', text: 'மரம் வளர்ப்போம்.', language: 'ta' } as const;
    const { findings } = await provider.analyse(request, context);
    expect(() => essayCritiqueResult.parse(findings)).not.toThrow();
  });

  it('reports progress once, at the end', async () => {
    const seen: number[] = [];
    const request = { analysis: 'proofread', text: 'மரம்', language: 'ta' } as const;
    await provider.analyse(request, { ...context, onProgress: (fraction) => seen.push(fraction) });
    expect(seen).toEqual([1]);
  });

  it('finds in a long text what it finds here, wherever it looks', async () => {
    const asked: string[] = [];
    const elsewhere = createRulesProvider(async (request) => {
      asked.push(request.text.slice(0, 4));
      return findByRules(request);
    });
    for (const text of ['நேத்து', 'நேத்து அந்த கடையில் வாங்கினேன். '.repeat(50)]) {
      const request = { analysis: 'proofread', text, language: 'ta' } as const;
      expect(await elsewhere.analyse(request, context)).toEqual(await provider.analyse(request, context));
    }
    expect(asked).toEqual(['நேத்']);
  });

  it('rejects with the reason of a signal that is already aborted', async () => {
    const reason = new Error('cancelled');
    const request = { analysis: 'proofread', text: 'மரம்', language: 'ta' } as const;
    await expect(provider.analyse(request, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
