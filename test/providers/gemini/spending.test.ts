import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { PROBLEMS, Problem } from '../../../shared/errors.ts';
import { isFinished, type Operation } from '../../../shared/operations/record/record.ts';
import type { Services } from '../../../shared/operations/services.ts';
import { submit } from '../../../shared/operations/submit/submit.ts';
import { work } from '../../../shared/operations/work/work.ts';
import { createFallbackProvider } from '../../../shared/providers/fallback.ts';
import { createGeminiProvider, type GeminiOptions } from '../../../shared/providers/gemini/provider.ts';
import {
  answerBlocked,
  drip,
  flood,
  type GeminiBehaviour,
  type GeminiScript,
  type GeminiStandIn,
  generated,
  promptBlocked,
  sound,
  startGeminiStandIn,
} from '../../support/gemini-stand-in.ts';
import { kindsWith } from '../../support/kinds-with.ts';
import { ownClock } from '../../support/own-clock.ts';
import { createScriptedProvider } from '../../support/scripted-provider.ts';
import { openServices, type ServiceFixture } from '../../support/service-fixture.ts';

const TEXT = 'அந்த பையன் வந்தான்.';
const MODELS = ['gemini-a', 'gemini-b'];
const MINUTE_MS = 60_000;
/** Room for an answer about `TEXT`. */
const ROOM = 4_096 + 4 * TEXT.length;

let gemini: GeminiStandIn;
let fixture: ServiceFixture;
let services: Services;
// Loading it is not a call.
beforeAll(() => import('@google/genai'));
beforeEach(async () => {
  gemini = await startGeminiStandIn();
  fixture = openServices();
  services = { ...fixture.services, kinds: kindsWith(geminiProvider()) };
  vi.spyOn(console, 'warn').mockReturnValue();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await fixture[Symbol.asyncDispose]();
  await gemini.close();
});

const geminiProvider = (more: Partial<GeminiOptions> = {}) =>
  createGeminiProvider({ apiKey: 'key', baseUrl: gemini.url, models: MODELS, ...more });

/** Submits the text, and delivers it as long as it is unfinished; minutes pass in between. */
async function workToTheEnd({ text = TEXT, respondAsync = true, key = 'k' } = {}): Promise<Operation> {
  const submitted = await submit(services, {
    kind: services.kinds.of('proofread'),
    input: { text, language: 'ta' },
    tenant_id: 'school-1',
    request_id: 'request-1',
    key,
    preferences: { respondAsync, wait: undefined },
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    gone: () => new AbortController().signal,
    waiting: () => new AbortController().signal,
  });
  let { operation } = submitted;
  for (let dispatch = 0; !isFinished(operation) && dispatch < 100; dispatch += 1) {
    await work(services, { operation_id: operation.id, task: 't', dispatch });
    fixture.clock.now += MINUTE_MS;
    operation = (await services.store.read(operation.id))?.operation ?? operation;
  }
  return operation;
}

const maxTokens: GeminiScript = ({ body }) => ({
  response: generated('{"issues": [{"exc', {
    finishReason: 'MAX_TOKENS',
    candidatesTokenCount: Number(body.generationConfig['maxOutputTokens']) - 25,
  }),
});
const foreign = { excerpt: 'அந்த', suggestion: 'அந்தப்', message: 'Double the consonant.' };
const ISSUES = Array.from({ length: 5 }, () => foreign);

/** What is answered always, the code it ends with, and how many calls that takes. */
const ALWAYS: readonly [string, GeminiBehaviour | GeminiScript, string, number][] = [
  ['cut at the limit of tokens', maxTokens, 'provider-error', 4],
  ['not JSON', { answer: 'வணக்கம்' }, 'provider-error', 8],
  ['JSON of another form', { answer: { issues: 'none' } }, 'provider-error', 8],
  ['foreign', { answer: { issues: ISSUES } }, 'provider-error', 8],
  ['empty', { answer: '' }, 'provider-error', 8],
  ['without a candidate', { response: { candidates: [] } }, 'provider-error', 8],
  ['a thought alone', { response: thoughtAlone() }, 'provider-error', 8],
  ['of a reason nobody knows', { response: generated('', { finishReason: 'LATER' }) }, 'provider-error', 8],
  ['withheld', { response: answerBlocked() }, 'provider-request-rejected', 4],
  ['withheld from the prompt on', { response: promptBlocked() }, 'provider-request-rejected', 4],
  ['400', { error: 400 }, 'provider-request-rejected', 2],
  ['403', { error: 403 }, 'provider-config-missing', 1],
  ['404', { error: 404 }, 'provider-config-missing', 2],
];

/** Answers that never come are tried again as long as an operation lives: what they may have cost has a bound. */
const NEVER: readonly [string, GeminiBehaviour, boolean][] = [
  ['5xx', { error: 503 }, false],
  ['429', { error: 429 }, false],
  ['a reset', { reset: true }, false],
  ['silence', { hang: true }, true],
  ['silence after the headers', { hangAfterHeaders: true }, true],
  ['a byte now and then', drip(200, 10_000), true],
  ['a flood', { serve: (response) => flood(200, 2 ** 30).behaviour.serve(response) }, true],
  ['a page', { response: '<html></html>' }, true],
];

function thoughtAlone() {
  const response = generated('');
  const content = { role: 'model', parts: [{ text: '{"issues": []}', thought: true }] };
  return { ...response, candidates: [{ ...response.candidates[0], content }] };
}

describe('a model whose answer is always', () => {
  it.each(ALWAYS)('%s', async (_, behaviour, code, calls) => {
    gemini.respondWith(typeof behaviour === 'function' ? behaviour : () => behaviour);
    const operation = await workToTheEnd({ key: 'k' });
    expect(operation).toMatchObject({ status: 'failed', error: { code } });
    expect(gemini.calls).toHaveLength(calls);
    const unpaid = code === 'provider-config-missing' || calls === 2;
    expect(operation.spent).toMatchObject({ calls: unpaid ? 0 : calls, answers: unpaid ? 0 : calls });
  });

  it.each(NEVER)('%s', async (_, behaviour, mayCost) => {
    using _clock = ownClock();
    services = { ...services, kinds: kindsWith(geminiProvider({ callTimeoutMs: 200, maxPauseMs: 50 })) };
    gemini.respondWith(() => behaviour);
    const operation = await workToTheEnd();
    expect(operation.status).toBe('failed');
    const { length } = gemini.calls;
    expect(operation.spent).toEqual({
      calls: mayCost ? length : 0,
      answers: 0,
      input_tokens: 0,
      output_tokens: 0,
    });
    if (mayCost) expect(length).toBeLessThanOrEqual(24);
  });
});

describe('what an operation may spend', () => {
  it('follows the text: the answer to a short one may be short, and no answer longer than 32,768 tokens', async () => {
    const rooms = async (text: string) => {
      const { length } = gemini.calls;
      await workToTheEnd({ text, key: `k-${text.length}` });
      return gemini.calls.slice(length).map(({ body }) => body.generationConfig['maxOutputTokens']);
    };
    expect(await rooms('அ')).toEqual([4_100]);
    expect(await rooms('அ '.repeat(500))).toEqual([8_096]);
    expect(await rooms('அ '.repeat(3_500))).toEqual([32_096]);
  });

  it('of tokens ends what is always cut at their limit, and says so', async () => {
    gemini.respondWith(maxTokens);
    const operation = await workToTheEnd();
    expect(operation).toMatchObject({
      error: { code: 'provider-error', message: expect.stringMatching(/broken off: MAX_TOKENS\.$/) },
      spent: { calls: 4, answers: 4, input_tokens: 4_000, output_tokens: 4 * ROOM },
      attempts: 1,
    });
  });

  it('is counted over all attempts, the synchronous one included, and recorded also where they fail', async () => {
    gemini.respondWith(() => ({ answer: 'வணக்கம்' }));
    const operation = await workToTheEnd({ respondAsync: false });
    expect(operation).toMatchObject({
      error: { code: 'provider-error', message: expect.stringMatching(/not JSON\.$/) },
      spent: { calls: 8, answers: 8, input_tokens: 8_000, output_tokens: 600 },
      attempts: 1,
    });
    const lines = fixture.logged.filter(({ message }) => message === 'attempt');
    expect(lines.map(({ spent }) => spent)).toMatchObject([{ answers: 4 }, { answers: 8 }]);
  });

  it('is told of what succeeds too: with what was spent in vain', async () => {
    gemini.respondWith((call, index) => (index < 5 ? { answer: 'x' } : sound(call, index)));
    expect(await workToTheEnd()).toMatchObject({
      status: 'succeeded',
      usage: { input_tokens: 2_000 },
      spent: { calls: 6, answers: 6, input_tokens: 6_000, output_tokens: 450 },
    });
  });

  it('is more for a text in parts: each that fails is asked for anew with the others', async () => {
    const text = 'இது ஒரு வாக்கியம் ஆகும். '.repeat(400);
    let unusable = 0;
    gemini.respondWith((call, index) => {
      if (!call.parts[1]?.endsWith('[TEXT]\n')) return sound(call, index);
      unusable += 1;
      return { delayMs: 20, answer: 'x' };
    });
    const operation = await workToTheEnd({ text });
    expect(operation).toMatchObject({ status: 'failed', error: { code: 'provider-error' } });
    expect(operation.spent?.answers).toBe(gemini.calls.length);
    expect(gemini.calls.length).toBeLessThanOrEqual(12);
    expect(unusable).toBeGreaterThan(4);
  });

  it('is less for one model than for two', async () => {
    services = { ...services, kinds: kindsWith(geminiProvider({ models: ['gemini-a'] })) };
    gemini.respondWith(() => ({ answer: 'x' }));
    expect(await workToTheEnd()).toMatchObject({ error: { code: 'provider-error' }, spent: { answers: 4 } });
  });

  it('is not touched by what costs nothing, so that an outage may come in between', async () => {
    const shown = (index: number): GeminiBehaviour =>
      index < 3 ? { answer: 'x' } : index < 7 ? { error: 503 } : { answer: { issues: [] } };
    gemini.respondWith((_, index) => shown(index));
    expect(await workToTheEnd()).toMatchObject({ status: 'succeeded', spent: { calls: 4, answers: 4 } });
  });

  it('is at its end a 502 where it is told synchronously, with its reason, and once for a key', async () => {
    gemini.respondWith(maxTokens);
    for (const calls of [4, 4]) {
      const problem = await workToTheEnd({ respondAsync: false }).catch((error: unknown) => error);
      expect(problem).toBeInstanceOf(Problem);
      expect(problem).toMatchObject({
        code: 'provider-error',
        message: expect.stringContaining('MAX_TOKENS'),
      });
      expect(PROBLEMS[(problem as Problem).code].status).toBe(502);
      expect(gemini.calls).toHaveLength(calls);
    }
  });

  it('is at its end where the fallback answers, if there is one', async () => {
    services = {
      ...services,
      kinds: kindsWith(createFallbackProvider(geminiProvider(), createScriptedProvider())),
    };
    gemini.respondWith(maxTokens);
    const operation = await workToTheEnd({ respondAsync: false });
    expect(operation).toMatchObject({ status: 'succeeded', provider: 'scripted', spent: { calls: 4 } });
  });

  it('is nothing where the account is at fault, and the fallback answers at once', async () => {
    const provider = createFallbackProvider(geminiProvider(), createScriptedProvider());
    services = { ...services, kinds: kindsWith(provider) };
    gemini.respondWith(() => ({ error: 400, status: 'FAILED_PRECONDITION' }));
    const operation = await workToTheEnd({ respondAsync: false });
    expect(operation).toMatchObject({ status: 'succeeded', provider: 'scripted', spent: { calls: 0 } });
    expect(gemini.calls).toHaveLength(1);
  });

  it('names no reason that is not Google’s', async () => {
    gemini.respondWith(() => ({ response: generated('', { finishReason: `${TEXT} ${TEXT}` }) }));
    expect(await workToTheEnd()).toMatchObject({
      error: { message: expect.stringMatching(/broken off: OTHER\.$/) },
    });
  });
});
