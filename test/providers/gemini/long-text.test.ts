import { describe, expect, it } from 'vitest';
import { concludeCritique } from '../../../shared/analyses/conclude.ts';
import { ProviderRejected } from '../../../shared/operations/kind.ts';
import type { GeminiCall } from '../../support/gemini-stand-in.ts';
import { answering, critique, failure, gemini, issue, never, proofread, provider } from './asking.ts';

/** `count` numbered sentences, so that each can be told from the others. */
const longText = (units: number): string => {
  const sentences: string[] = [];
  for (let length = 0, n = 1; length < units; n += 1) {
    const sentence = `இது ${n} ஆம் வாக்கியம் ஆகும்${n % 12 === 0 ? '.\n\n' : '. '}`;
    sentences.push(sentence);
    length += sentence.length;
  }
  return sentences.join('').slice(0, units);
};

describe('a long text', () => {
  it('is asked about in parts side by side, and what is found is put back in its place', async () => {
    const text = longText(10_000);
    gemini.respondWith(({ parts }) => {
      const part =
        parts[parts.findIndex((each) => each.includes(' TEXT ') || each.startsWith('----- TEXT')) + 1] ?? '';
      const first = /\d+ ஆம்/.exec(part)?.[0] ?? '';
      return { delayMs: 50, ...answering(issue(first, first.replace(' ', '-'))) };
    });
    const progress: number[] = [];
    const analysed = await provider().analyse(
      { analysis: 'proofread', text, language: 'ta' },
      { signal: never, onProgress: (fraction) => progress.push(fraction) },
    );
    expect(gemini.calls).toHaveLength(2);
    expect(progress).toEqual([0.5, 1]);
    expect(analysed.usage).toEqual({ input_tokens: 2000, output_tokens: 150, cached_tokens: 800 });
    expect(analysed.findings.issues).toHaveLength(2);
    for (const { start, end, suggestion } of analysed.findings.issues)
      expect(text.slice(start, end).replace(' ', '-')).toBe(suggestion);
    expect(analysed.findings.issues[1]?.start).toBeGreaterThan(3_000);
  });

  it('of up to 7,000 units is one call', async () => {
    await proofread(longText(7_000));
    await critique(longText(7_000));
    expect(gemini.calls).toHaveLength(2);
  });

  it('takes an essay of 20,000 units about as long as one of 5,000: all calls side by side, none much longer', async () => {
    await critique(longText(5_000));
    const length = ({ parts }: GeminiCall) => parts.join('').length;
    const [short] = gemini.calls.map(length);
    gemini.respondWith(() => ({ hang: true }));
    const controller = new AbortController();
    const long = provider().analyse(
      { analysis: 'essay-critique', text: longText(20_000), language: 'ta' },
      { signal: controller.signal },
    );
    const failed = failure(long);
    const calls = () => gemini.calls.slice(1);
    // None of them is ever answered, so they are all under way at once.
    await expect.poll(() => calls().length).toBe(4);
    for (const call of calls()) expect(length(call)).toBeLessThan(1.6 * (short ?? 0));
    controller.abort();
    await failed;
  });

  it('fails with its first part to fail, and the others are hung up on', async () => {
    gemini.respondWith((_, index) => (index === 1 ? { delayMs: 50, error: 403 } : { hang: true }));
    expect(await failure(proofread(longText(10_000)))).toBeInstanceOf(ProviderRejected);
    await gemini.hungUp(0);
  });

  it('is merged into one critique with ids and places that hold', async () => {
    const text = longText(20_000);
    gemini.respondWith(({ parts }) => {
      const part = parts.at(-2) ?? '';
      const excerpt = /\d+ ஆம் வாக்கியம்/.exec(part)?.[0] ?? '';
      const items = [
        {
          id: 'i1',
          category: 'எண்',
          severity: 'low',
          title: 'எண்',
          description: 'சரிபார்க்கவும்',
          location: { excerpt },
          badge: 'unverified',
        },
      ];
      const section = { summary: 'நன்று.', items: [] };
      return {
        answer: {
          summary: 'நல்ல கட்டுரை.',
          topFixes: ['ஒன்று', 'இரண்டு'],
          sections: {
            structure: section,
            clarity: section,
            facts: { summary: 'நன்று.', items },
            citations: section,
          },
          safetyFlags: [{ itemId: 'i1', type: 'unverified', message: `பகுதி ${excerpt}` }],
        },
      };
    });
    const { findings } = await critique(text);
    const result = concludeCritique(text, findings);
    const items = result.sections.facts.items;
    expect(items).toHaveLength(3);
    expect(result.sections.facts.summary).toBe('நன்று.');
    expect(result.topFixes).toEqual(['ஒன்று', 'இரண்டு']);
    for (const { id, location } of items) {
      expect(text.slice(location?.from, location?.to)).toBe(location?.excerpt);
      expect(result.safetyFlags.find(({ itemId }) => itemId === id)?.message).toBe(
        `பகுதி ${location?.excerpt}`,
      );
    }
  });
});
