import { afterEach, beforeEach, vi } from 'vitest';
import { createGeminiProvider, type GeminiOptions } from '../../../shared/providers/gemini/provider.ts';
import {
  type GeminiBehaviour,
  type GeminiStandIn,
  startGeminiStandIn,
} from '../../support/gemini-stand-in.ts';

/** The text that these tests send where it does not matter which. */
export const TEXT = 'அந்த பையன் பள்ளிக்கு சென்றான். அவன் 3 புத்தகம் வாங்கினான்.';

/** The stand-in for Google's API. It is another for each test of a file that imports this module. */
export let gemini: GeminiStandIn;
export const startGemini = async () => {
  gemini = await startGeminiStandIn();
};
beforeEach(async () => {
  await startGemini();
  // The SDK remarks on every variable it sees, also those it is told not to use.
  vi.spyOn(console, 'warn').mockReturnValue();
  vi.spyOn(console, 'debug').mockReturnValue();
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await gemini.close();
});

/** The provider under test, which asks the stand-in. */
export const provider = (more: Partial<GeminiOptions> = {}) =>
  createGeminiProvider({ apiKey: 'key', baseUrl: gemini.url, models: ['gemini-a', 'gemini-b'], ...more });

export const never = new AbortController().signal;

export const proofread = (
  text = TEXT,
  { signal = never, ...more }: Partial<GeminiOptions> & { signal?: AbortSignal } = {},
) => provider(more).analyse({ analysis: 'proofread', text, language: 'ta' }, { signal });

export const critique = (text = TEXT) =>
  provider().analyse({ analysis: 'essay-critique', text, language: 'ta' }, { signal: never });

/** An issue as a model gives it. */
export const issue = (excerpt: string, suggestion: string, more: object = {}) => ({
  type: 'spelling',
  severity: 'high',
  excerpt,
  before: '',
  suggestion,
  message: 'வல்லினம் மிகும்.',
  ...more,
});

export const answering = (...issues: unknown[]): GeminiBehaviour => ({ answer: { issues } });
/** The models that were asked, in their order. */
export const asked = () => gemini.calls.map(({ model }) => model);

/** What a call fails with. */
export const failure = async (work: Promise<unknown>): Promise<Error> => {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error('it did not fail');
};
