import { describe, expect, it } from 'vitest';
import { concludeCritique } from '../../../shared/analyses/conclude.ts';
import { ProviderUnavailable } from '../../../shared/operations/kind.ts';
import {
  answerBlocked,
  type GeminiBehaviour,
  generated,
  promptBlocked,
} from '../../support/gemini-stand-in.ts';
import { answering, asked, critique, failure, gemini, issue, proofread, TEXT } from './asking.ts';

describe('an answer', () => {
  it('may come in a code fence or with words around it', async () => {
    const fenced = `Here it is:\n\`\`\`json\n${JSON.stringify({ issues: [issue('அந்த', 'அந்தப்')] })}\n\`\`\`\n`;
    gemini.respondWith(() => ({ answer: fenced }));
    expect((await proofread()).findings.issues).toHaveLength(1);
    expect(gemini.calls).toHaveLength(1);
  });

  it('may come in several parts, thoughts among them', async () => {
    const response = generated('');
    const text = JSON.stringify({ issues: [issue('அந்த', 'அந்தப்')] });
    const parts = [
      { text: 'thinking {', thought: true },
      { text: text.slice(0, 9) },
      { text: text.slice(9) },
    ];
    const candidates = [{ ...response.candidates[0], content: { role: 'model', parts } }];
    gemini.respondWith(() => ({ response: { ...response, candidates } }));
    expect((await proofread()).findings.issues).toHaveLength(1);
  });

  it('may be a proofread as the contract has it', async () => {
    const issues = [
      { type: 'grammar', severity: 'low', message: 'பன்மை', start: 38, end: 46, suggestion: 'புத்தகங்கள்' },
    ];
    gemini.respondWith(() => ({ answer: { original_text: TEXT, corrected_text: 'x', issues } }));
    expect((await proofread()).findings.issues).toEqual(issues);
    expect(gemini.calls).toHaveLength(1);
  });

  it('of a few English words is kept, its words put into Tamil', async () => {
    gemini.respondWith(() => answering(issue('அந்த', 'அந்தப்', { message: 'Double the consonant.' })));
    expect((await proofread()).findings.issues[0]?.message).toMatch(/^\p{Script=Tamil}/u);
    expect(gemini.calls).toHaveLength(1);
  });

  it('may be a critique as the contract has it', async () => {
    const item = {
      id: 'f1',
      category: 'எண்',
      severity: 'low',
      title: 'எண்ணிக்கை',
      description: 'எண்ணிக்கையைச் சரிபார்க்கவும்.',
      location: { from: 36, to: 37, excerpt: '3' },
      suggestion: { text: '4', canAutoApply: true, meaningMayChange: false },
      badge: 'unverified',
      sourceUrl: null,
      sourceTitle: null,
    };
    const section = { title: 'தகவல்கள்', summary: 'நன்று.', items: [] };
    const safetyFlags = [{ itemId: 'f1', type: 'unverified', message: 'சரிபார்க்கவும்' }];
    gemini.respondWith(() => ({
      answer: {
        summary: 'நல்ல கட்டுரை.',
        topFixes: ['எண்ணிக்கையைச் சரிபார்க்கவும்.'],
        sections: {
          structure: section,
          clarity: section,
          facts: { ...section, items: [item] },
          citations: section,
        },
        safetyFlags,
      },
    }));
    const result = concludeCritique(TEXT, (await critique()).findings);
    expect(result.sections.facts.items[0]?.location).toEqual({ from: 36, to: 37, excerpt: '3' });
    expect(result.sections.facts.items[0]?.suggestion?.meaningMayChange).toBe(true);
    expect(result.safetyFlags.map(({ type }) => type)).toEqual(['meaning-change', 'unverified']);
    expect(result.safetyFlags[1]?.message).toBe('சரிபார்க்கவும்');
    expect(gemini.calls).toHaveLength(1);
  });
});

const UNUSABLE: [string, GeminiBehaviour][] = [
  ['not JSON', { answer: 'வணக்கம்' }],
  ['cut-off JSON', { answer: '{"issues": [{"type": "spel' }],
  ['truncated', { response: generated({ issues: [] }, { finishReason: 'MAX_TOKENS' }) }],
  ['empty', { answer: '' }],
  ['without a candidate', { response: { candidates: [] } }],
  ['an empty object', { answer: {} }],
  ['of another form', { answer: { issues: 'none' } }],
  ['a list of other things', { answer: { issues: [1, 'x', {}, { suggestion: 'x' }] } }],
  ['a bare string', { answer: '"x"' }],
  [
    'in another language throughout',
    answering(...Array.from({ length: 5 }, () => issue('அந்த', 'அந்தப்', { message: 'Double the consonant.' }))),
  ],
  ['malformed', { response: generated({ issues: [] }, { finishReason: 'MALFORMED_FUNCTION_CALL' }) }],
];

describe('an unusable answer', () => {
  it.each(UNUSABLE)('that is %s is asked for once more', async (_, bad) => {
    gemini.respondWith((_call, index) => (index === 0 ? bad : answering(issue('அந்த', 'அந்தப்'))));
    expect((await proofread()).findings.issues).toHaveLength(1);
    expect(asked()).toEqual(['gemini-a', 'gemini-a']);
    expect(gemini.calls[1]?.parts.at(-1)).toContain('could not be used');
  });

  it('goes to the next model after that, and its tokens count', async () => {
    gemini.respondWith(({ model }) => (model === 'gemini-a' ? { answer: 'x' } : answering()));
    const analysed = await proofread();
    expect(asked()).toEqual(['gemini-a', 'gemini-a', 'gemini-b']);
    expect(analysed.model).toBe('gemini-b');
    expect(analysed.usage).toEqual({ input_tokens: 3000, output_tokens: 225, cached_tokens: 1200 });
  });

  it('from every model is a fault that may pass', async () => {
    gemini.respondWith(() => ({ answer: 'x' }));
    const error = await failure(proofread());
    expect(error).toBeInstanceOf(ProviderUnavailable);
    expect(error).toMatchObject({ throttled: false });
    expect(gemini.calls).toHaveLength(4);
  });

  it('of a critique is one without any of its sections', async () => {
    gemini.respondWith(() => ({ answer: { summary: 'நன்று', sections: {} } }));
    expect(await failure(critique())).toBeInstanceOf(ProviderUnavailable);
  });
});

describe('a blocked answer', () => {
  it.each([
    ['prompt', promptBlocked()],
    ['prompt by a list', promptBlocked('BLOCKLIST')],
    ['answer', answerBlocked()],
    ['recitation', answerBlocked('RECITATION')],
  ])('by every model (%s) is a refusal', async (_, response) => {
    gemini.respondWith(() => ({ response }));
    expect(await failure(proofread())).toMatchObject({
      name: 'ProviderRejected',
      code: 'provider-request-rejected',
    });
    expect(asked()).toEqual(['gemini-a', 'gemini-a', 'gemini-b', 'gemini-b']);
  });

  it('by one model is left to the next', async () => {
    gemini.respondWith(({ model }) => (model === 'gemini-a' ? { response: promptBlocked() } : answering()));
    expect((await proofread()).model).toBe('gemini-b');
  });

  it('by one model is no refusal while another could not be asked', async () => {
    gemini.respondWith(({ model }) =>
      model === 'gemini-a' ? { response: promptBlocked() } : { error: 503 },
    );
    expect(await failure(proofread())).toBeInstanceOf(ProviderUnavailable);
  });
});
