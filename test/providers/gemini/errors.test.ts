import { describe, expect, it } from 'vitest';
import { createLog } from '../../../shared/log.ts';
import { ProviderUnavailable } from '../../../shared/operations/kind.ts';
import { createGeminiProvider } from '../../../shared/providers/gemini/provider.ts';
import { type GeminiBehaviour, promptBlocked } from '../../support/gemini-stand-in.ts';
import { answering, asked, failure, gemini, never, proofread, startGemini, TEXT } from './asking.ts';

const KEY_SAYINGS = [
  'API key not valid. Please pass a valid API key.',
  'API key expired. Please renew the API key.',
];

describe('an error', () => {
  it.each<[number, object]>([
    [400, { status: 'FAILED_PRECONDITION' }],
    [400, { status: 'FAILED_PRECONDITION', message: 'User location is not supported for the API use.' }],
    [400, { reason: 'API_KEY_INVALID' }],
    ...KEY_SAYINGS.map((message) => [400, { message }] as [number, object]),
    [401, {}],
    [402, {}],
    [403, {}],
    [403, { reason: 'BILLING_DISABLED' }],
    [451, {}],
  ])('%i %j is of the account and ends it at once', async (error, more) => {
    gemini.respondWith(() => ({ error, ...more }));
    const rejected = await failure(proofread());
    expect(rejected).toMatchObject({ name: 'ProviderRejected', code: 'provider-config-missing' });
    expect(gemini.calls).toHaveLength(1);
  });

  it.each([400, 411, 413, 414, 415, 422, 428, 431])(
    '%i is left to the next model; by every model it is a refusal',
    async (error) => {
      gemini.respondWith(({ model }) => (model === 'gemini-a' ? { error } : answering()));
      expect((await proofread()).model).toBe('gemini-b');
      gemini.respondWith(() => ({ error }));
      const rejected = await failure(proofread());
      expect(rejected).toMatchObject({ name: 'ProviderRejected', code: 'provider-request-rejected' });
      expect(asked()).toEqual(['gemini-a', 'gemini-b', 'gemini-a', 'gemini-b']);
    },
  );

  it.each([404, 405, 410, 501])(
    '%i is left to the next model; by every model it is of the account',
    async (error) => {
      gemini.respondWith(({ model }) => (model === 'gemini-a' ? { error } : answering()));
      expect((await proofread()).model).toBe('gemini-b');
      gemini.respondWith(() => ({ error }));
      expect(await failure(proofread())).toMatchObject({ code: 'provider-config-missing' });
      expect(asked()).toEqual(['gemini-a', 'gemini-b', 'gemini-a', 'gemini-b']);
    },
  );

  it.each([304, 408, 409, 425, 429, 499, 500, 502, 503, 504, 520, 529])(
    '%i is left to the next model; by every model it may pass',
    async (error) => {
      gemini.respondWith(({ model }) => (model === 'gemini-a' ? { error } : answering()));
      expect((await proofread()).model).toBe('gemini-b');
      gemini.respondWith(() => ({ error }));
      expect(await failure(proofread())).toMatchObject({
        name: 'ProviderUnavailable',
        throttled: error === 429,
        retryAfterMs: undefined,
      });
      expect(asked()).toEqual(['gemini-a', 'gemini-b', 'gemini-a', 'gemini-b']);
    },
  );

  it('of the account is what is told, whatever other models said', async () => {
    for (const first of [{ error: 400 }, { error: 404 }, { error: 503 }, { response: promptBlocked() }]) {
      gemini.respondWith(({ model }) => (model === 'gemini-a' ? first : { error: 403 }));
      expect(await failure(proofread())).toMatchObject({ code: 'provider-config-missing' });
    }
  });

  it('400 by one model is no refusal while another could not be asked', async () => {
    gemini.respondWith(({ model }) => ({ error: model === 'gemini-a' ? 400 : 503 }));
    expect(await failure(proofread())).toBeInstanceOf(ProviderUnavailable);
  });

  it('is read from a list of one too, and from no JSON at all', async () => {
    const status = 'FAILED_PRECONDITION';
    gemini.respondWith(() => ({ error: 400, body: [{ error: { code: 400, status } }] }));
    expect(await failure(proofread())).toMatchObject({ code: 'provider-config-missing' });
    gemini.respondWith(() => ({ error: 503, body: '<html>down</html>', headers: { 'retry-after': '3' } }));
    expect(await failure(proofread())).toMatchObject({ name: 'ProviderUnavailable', retryAfterMs: 3000 });
    for (const body of ['', '[]', 'null', '{"error": 7}', '{"error": {"details": {}, "message": 1}}']) {
      gemini.respondWith(() => ({ error: 400, body }));
      expect(await failure(proofread())).toMatchObject({ code: 'provider-request-rejected' });
    }
  });

  it('in the connection goes to the next model', async () => {
    gemini.respondWith(({ model }) => (model === 'gemini-a' ? { reset: true } : answering()));
    expect((await proofread()).model).toBe('gemini-b');
    expect(asked()).toEqual(['gemini-a', 'gemini-b']);
  });

  it.each([
    ['<html>Bad gateway</html>'],
    ['null'],
    ['[]'],
    ['{"candidates": 1}'],
    ['{"candidates": [{"content": {"parts": 7}}]}'],
  ])('in the envelope (%s) goes to the next model', async (response) => {
    gemini.respondWith(({ model }) => (model === 'gemini-a' ? { response } : answering()));
    expect((await proofread()).model).toBe('gemini-b');
  });

  it('429 says so, and when to come again, by RetryInfo or by Retry-After', async () => {
    gemini.respondWith(({ model }) =>
      model === 'gemini-a'
        ? { error: 429, retryDelay: '38.5s', headers: { 'retry-after': '1' } }
        : { error: 429, headers: { 'retry-after': '41' } },
    );
    expect(await failure(proofread())).toMatchObject({
      name: 'ProviderUnavailable',
      throttled: true,
      retryAfterMs: 38_500,
    });
  });

  it('429 is told by Retry-After alone, in seconds or as a date', async () => {
    gemini.respondWith(() => ({ error: 429, headers: { 'retry-after': '41' } }));
    expect(await failure(proofread())).toMatchObject({ retryAfterMs: 41_000 });
    const date = new Date(Date.now() + 60_000).toUTCString();
    gemini.respondWith(() => ({ error: 503, headers: { 'retry-after': date } }));
    const { retryAfterMs } = (await failure(proofread())) as ProviderUnavailable;
    expect(retryAfterMs).toBeGreaterThan(50_000);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  it('never shows what the API said', async () => {
    for (const error of [400, 403, 429, 500]) {
      gemini.respondWith(() => ({ error, message: 'secret project 1234' }));
      expect((await failure(proofread())).message).not.toContain('secret');
    }
  });

  it('is for the log without what the API or the model said: it may be the text', async () => {
    const everySaying: GeminiBehaviour[] = [
      ...[400, 403, 404, 429, 500].map((error) => ({ error, message: `cannot read ${TEXT}` })),
      { error: 400, reason: TEXT },
      { answer: `{"issues": [${TEXT}` },
      { answer: TEXT },
      { response: TEXT },
      { response: `{"candidates": [${TEXT}` },
    ];
    for (const saying of everySaying) {
      gemini.respondWith(() => saying);
      const lines: string[] = [];
      const log = createLog({ level: 'debug', service: 'test' }, { write: (line) => void lines.push(line) });
      log.warn({ err: await failure(proofread()) }, 'attempt');
      expect(lines.join('')).toMatch(/"cause":/);
      expect(lines.join('')).not.toMatch(/\p{Script=Tamil}|secret/u);
    }
  });

  it('names the status and the reason of the API', async () => {
    gemini.respondWith(() => ({ error: 400, reason: 'API_KEY_INVALID', message: 'secret' }));
    const { cause } = await failure(proofread());
    expect(cause).toMatchObject({ message: '400 INVALID_ARGUMENT API_KEY_INVALID' });
  });

  it('of an unreachable API may pass', async () => {
    const { url } = gemini;
    await gemini.close();
    const error = await failure(proofread(TEXT, { baseUrl: url }));
    await startGemini();
    expect(error).toBeInstanceOf(ProviderUnavailable);
  });

  it('of Vertex AI without credentials is a fault of the configuration', async () => {
    const authClient = {
      getRequestHeaders: () => Promise.reject(new Error('Could not load the default credentials.')),
    };
    const vertex = { project: 'p', location: 'global', authClient };
    const vertexProvider = createGeminiProvider({ vertex, baseUrl: gemini.url });
    const work = vertexProvider.analyse(
      { analysis: 'proofread', text: TEXT, language: 'ta' },
      { signal: never },
    );
    expect(await failure(work)).toMatchObject({ code: 'provider-config-missing' });
  });
});
