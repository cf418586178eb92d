import { expect, it, onTestFinished, vi } from 'vitest';
import { Budget } from '../../../shared/providers/gemini/budget.ts';
import { createGeminiClient } from '../../../shared/providers/gemini/client.ts';
import type { GeminiAccess } from '../../../shared/providers/gemini/connection.ts';
import { startGeminiStandIn } from '../../support/gemini-stand-in.ts';

it('builds its SDK client once, and again where that failed', async () => {
  vi.spyOn(console, 'warn').mockReturnValue();
  const gemini = await startGeminiStandIn();
  onTestFinished(() => gemini.close());
  let built = 0;
  const access: GeminiAccess = {
    baseUrl: gemini.url,
    get apiKey() {
      built += 1;
      if (built === 1) throw new Error('a file is missing');
      return 'key';
    },
  };
  const client = createGeminiClient(access);
  const question = { instructions: '', parts: ['உரை'], schema: {}, maxOutputTokens: 100 };
  const budget = new Budget({ calls: 9, answers: 9, output_tokens: 9999 });
  const options = { signal: new AbortController().signal, timeoutMs: 10_000, budget };
  const ask = () => client.ask('gemini-a', question, options);
  await expect(ask()).rejects.toMatchObject({ name: 'CallFault', kind: 'unreachable' });
  expect(await Promise.all([ask(), ask(), ask()])).toHaveLength(3);
  expect(built).toBe(2);
});
