import { describe, expect, it } from 'vitest';
import { essayCritiqueResult } from '../../shared/analyses/essay-critique.ts';
import { proofreadIssue } from '../../shared/analyses/proofread.ts';
import { createRulesProvider } from '../../shared/providers/tamil.ts';

const provider = createRulesProvider();
const context = { signal: new AbortController().signal };

describe('the rules provider', () => {
  it('proofreads', async () => {
    const text = 'அந்த கடையில் வாங்கினேன்.';
    const analysed = await provider.analyse({ analysis: 'proofread', text, language: 'ta' }, context);
    expect(analysed).toMatchObject({ provider: 'rules', model: 'rules-1' });
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

  it('analyses one text in each turn of the event loop', async () => {
    let turns = 0;
    let done = false;
    const counting = () => {
      turns += 1;
      if (!done) setImmediate(counting);
    };
    counting();
    const request = { analysis: 'proofread', text: 'மரம்', language: 'ta' } as const;
    await Promise.all(Array.from({ length: 20 }, () => provider.analyse(request, context)));
    done = true;
    expect(turns).toBeGreaterThanOrEqual(20);
  });

  it('rejects with the reason of a signal that is already aborted', async () => {
    const reason = new Error('cancelled');
    const request = { analysis: 'proofread', text: 'மரம்', language: 'ta' } as const;
    await expect(provider.analyse(request, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
