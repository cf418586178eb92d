import { describe, expect, it } from 'vitest';
import { inParallel } from '../../../shared/providers/gemini/parallel.ts';

const never = new AbortController().signal;
const items = [0, 1, 2, 3, 4, 5, 6, 7, 8];

describe('work side by side', () => {
  it('is never more than the limit at once, and keeps its order', async () => {
    let busy = 0;
    let most = 0;
    const results = await inParallel(items, 4, never, async (item) => {
      busy += 1;
      most = Math.max(most, busy);
      await new Promise((resolve) => setTimeout(resolve, (9 - item) * 2));
      busy -= 1;
      return item * 2;
    });
    expect(most).toBe(4);
    expect(results).toEqual(items.map((item) => item * 2));
  });

  it('fails with the first failure, which aborts the rest', async () => {
    const reasons: unknown[] = [];
    const failure = new Error('first');
    const work = inParallel(items, 3, never, async (item, signal) => {
      if (item === 1) throw failure;
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          reasons.push(signal.reason);
          reject(signal.reason);
        });
      });
    });
    await expect(work).rejects.toBe(failure);
    expect(reasons).toEqual([failure, failure]);
  });

  it('begins nothing more once aborted', async () => {
    const controller = new AbortController();
    let begun = 0;
    const work = inParallel(items, 2, controller.signal, async () => {
      begun += 1;
      if (begun === 2) controller.abort('over');
    });
    await expect(work).rejects.toBe('over');
    expect(begun).toBe(2);
  });
});
