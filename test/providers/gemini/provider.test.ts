import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGeminiProvider } from '../../../shared/providers/gemini/provider.ts';
import { type GeminiStandIn, startGeminiStandIn } from '../../support/gemini-stand-in.ts';

let gemini: GeminiStandIn;
beforeEach(async () => {
  gemini = await startGeminiStandIn();
});
afterEach(() => gemini.close());

const provider = () =>
  createGeminiProvider({ apiKey: 'k', baseUrl: gemini.url, models: ['gemini-a', 'gemini-b'] });

describe('a proofread by Gemini', () => {
  it('is one call, its excerpts found in the text', async () => {
    gemini.respondWith(() => ({
      answer: {
        issues: [
          {
            type: 'spelling',
            severity: 'high',
            excerpt: 'அந்த',
            before: '',
            suggestion: 'அந்தப்',
            message: 'சந்தி',
          },
        ],
      },
    }));
    const analysed = await provider().analyse(
      { analysis: 'proofread', text: 'அந்த பையன் வந்தான்.', language: 'ta' },
      { signal: new AbortController().signal },
    );
    expect(gemini.calls).toHaveLength(1);
      JSON.stringify(analysed),
      gemini.calls[0]?.path,
      JSON.stringify(gemini.calls[0]?.body).slice(-1500),
    );
  });
  it('is a critique too', async () => {
    const analysed = await provider().analyse(
      { analysis: 'essay-critique', text: 'அந்த பையன் வந்தான்.', language: 'ta' },
      { signal: new AbortController().signal },
    );
  });
});
