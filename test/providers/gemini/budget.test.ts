import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProviderUnavailable } from '../../../shared/operations/kind.ts';
import type { Spent } from '../../../shared/operations/record/record.ts';
import { createGeminiProvider } from '../../../shared/providers/gemini/provider.ts';
import { type GeminiStandIn, startGeminiStandIn } from '../../support/gemini-stand-in.ts';
import { ownClock } from '../../support/own-clock.ts';

/** A text of two parts, so that two calls are under way at once: 12 answers of two models at most, and 36 calls. */
const TWO_PARTS = 'இது ஒரு வாக்கியம் ஆகும். '.repeat(400);

let gemini: GeminiStandIn;
beforeEach(async () => {
  gemini = await startGeminiStandIn();
  vi.spyOn(console, 'warn').mockReturnValue();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await gemini.close();
});

async function analyse(
  earlier: Partial<Spent>,
  { text = TWO_PARTS, signal = new AbortController().signal, callTimeoutMs = 60_000 } = {},
) {
  const nothing: Spent = { calls: 0, answers: 0, input_tokens: 0, output_tokens: 0 };
  let spent: Spent = { ...nothing, calls: earlier.answers ?? 0, ...earlier };
  const context = {
    signal,
    spent,
    onSpent: (total: Spent) => {
      spent = total;
    },
  };
  const models = ['gemini-a', 'gemini-b'];
  const provider = createGeminiProvider({ apiKey: 'key', baseUrl: gemini.url, models, callTimeoutMs });
  const error = await provider.analyse({ analysis: 'proofread', text, language: 'ta' }, context).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { error, spent };
}

describe('what is left to spend', () => {
  it('counts a call under way as an answer: calls side by side cannot pass the bound together', async () => {
    const { promise: secondPartEnds, resolve } = Promise.withResolvers<void>();
    gemini.respondWith(async ({ parts }, index) => {
      const isSecondPart = parts[1]?.endsWith('[TEXT]\n') === true;
      // The second part's answer comes while the first part is asked about once more.
      if (isSecondPart || index >= 2) await secondPartEnds;
      if (index >= 2) await sleep(300);
      if (!isSecondPart && index < 2)
        void expect
          .poll(() => gemini.calls.length)
          .toBe(3)
          .finally(resolve);
      return { answer: 'x' };
    });
    const { error } = await analyse({ answers: 9 });
    expect(error).toMatchObject({ code: 'provider-error' });
    expect(gemini.calls).toHaveLength(3);
  });

  it('must be enough for every part before any is asked about', async () => {
    expect(await analyse({ answers: 11 })).toMatchObject({
      error: { code: 'provider-error' },
      spent: { calls: 11, answers: 11 },
    });
    expect(gemini.calls).toHaveLength(0);
    expect((await analyse({ answers: 10 })).error).toBeUndefined();
  });

  it('must be enough for every part once more, or the attempt is the last', async () => {
    gemini.respondWith(({ parts }) =>
      parts[1]?.endsWith('[TEXT]\n') ? { delayMs: 100, answer: 'x' } : { answer: { issues: [] } },
    );
    const last = await analyse({ answers: 6 });
    expect(last.error).toMatchObject({
      code: 'provider-error',
      message: expect.stringMatching(/not JSON\.$/),
    });
    expect(last.spent).toMatchObject({ calls: 11, answers: 11 });
    expect((await analyse({ answers: 5 })).error).toBeInstanceOf(ProviderUnavailable);
  });

  it('is of calls three times as much, for those whose answer does not come', async () => {
    using _clock = ownClock();
    gemini.respondWith(() => ({ hang: true }));
    const options = { text: 'உரை', callTimeoutMs: 150 };
    expect((await analyse({ calls: 21 }, options)).error).toBeInstanceOf(ProviderUnavailable);
    const { error, spent } = await analyse({ calls: 23 }, options);
    expect(error).toMatchObject({ code: 'provider-error', message: expect.not.stringContaining('150') });
    expect(spent).toMatchObject({ calls: 24, answers: 0 });
    expect(gemini.calls).toHaveLength(3);
  });

  it('is nothing once the tokens are used up', async () => {
    const { error } = await analyse({ answers: 1, output_tokens: 10_000_000 });
    expect(error).toMatchObject({ code: 'provider-error' });
    expect(gemini.calls).toHaveLength(0);
  });
});

it('a call that is aborted may have cost', async () => {
  gemini.respondWith(() => ({ hang: true }));
  const abort = new AbortController();
  const analysed = analyse({}, { text: 'உரை', signal: abort.signal });
  await expect.poll(() => gemini.calls.length).toBe(1);
  abort.abort('over');
  expect(await analysed).toMatchObject({ error: 'over', spent: { calls: 1, answers: 0 } });
});
