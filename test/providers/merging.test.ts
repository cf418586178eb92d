import { describe, expect, it } from 'vitest';
import type { ProofreadIssue } from '../../shared/analyses/proofread.ts';
import { createMergingProvider } from '../../shared/providers/merging.ts';
import type { Analysed, Analysis, Provider } from '../../shared/providers/port.ts';

const TEXT = 'அந்த பையன் அந்த கடைக்கு சென்றான்';
const context = { signal: new AbortController().signal };

const issue = (
  start: number,
  end: number,
  suggestion: string,
  severity: ProofreadIssue['severity'] = 'low',
) => ({
  type: 'spelling' as const,
  severity,
  message: 'வல்லினம் மிகும்',
  start,
  end,
  suggestion,
});

const finding = (...issues: ProofreadIssue[]): Provider => ({
  name: 'gemini',
  analyse: async <A extends Analysis>() =>
    ({ findings: { issues }, provider: 'gemini', model: 'm' }) as unknown as Analysed<A>,
});

const proofread = (primary: Provider, ...certain: ProofreadIssue[]) =>
  createMergingProvider(primary, () => certain).analyse(
    { analysis: 'proofread', text: TEXT, language: 'ta' },
    context,
  );

describe('certain findings', () => {
  it('are added where the model found nothing, and marked, as the model’s are not', async () => {
    const analysed = await proofread(
      finding(issue(0, 4, 'அந்தப்')),
      issue(11, 15, 'அந்தக்'),
      issue(16, 23, 'கடைக்குச்'),
    );
    expect(analysed).toEqual({
      provider: 'gemini',
      model: 'm',
      findings: {
        issues: [
          issue(0, 4, 'அந்தப்'),
          { ...issue(11, 15, 'அந்தக்'), source: 'rules' },
          { ...issue(16, 23, 'கடைக்குச்'), source: 'rules' },
        ],
      },
    });
  });

  it('give way to the model where it found something, however mild', async () => {
    const analysed = await proofread(finding(issue(0, 10, 'அந்தச் சிறுவன்')), issue(0, 4, 'அந்தப்', 'high'));
    expect(analysed.findings.issues).toEqual([issue(0, 10, 'அந்தச் சிறுவன்')]);
  });

  it('do not give way to what the model got wrong', async () => {
    const analysed = await proofread(finding(issue(0, 4, 'அந்த'), issue(0, 999, 'x')), issue(0, 4, 'அந்தப்'));
    expect(analysed.findings.issues).toEqual([{ ...issue(0, 4, 'அந்தப்'), source: 'rules' }]);
  });

  it('are those of the rules that are not disabled', async () => {
    const asked: unknown[] = [];
    const provider = createMergingProvider(finding(), (...args) => {
      asked.push(args);
      return [{ ...issue(0, 4, 'அந்தப்'), rule: 'sandhi/demonstrative' }];
    });
    const request = {
      analysis: 'proofread',
      text: TEXT,
      language: 'ta',
      disabledRules: ['article'],
    } as const;
    const { findings } = await provider.analyse(request, context);
    expect(asked).toEqual([[TEXT, ['article']]]);
    expect(findings.issues).toMatchObject([{ rule: 'sandhi/demonstrative', source: 'rules' }]);
  });

  it('have no part in a critique', async () => {
    const critique = { summary: 'நன்று' };
    const primary: Provider = {
      name: 'gemini',
      analyse: async <A extends Analysis>() =>
        ({ findings: critique, provider: 'gemini', model: 'm' }) as unknown as Analysed<A>,
    };
    const provider = createMergingProvider(primary, () => {
      throw new Error('not asked');
    });
    const analysed = await provider.analyse(
      { analysis: 'essay-critique', text: TEXT, language: 'ta' },
      context,
    );
    expect(analysed.findings).toBe(critique);
  });
});
