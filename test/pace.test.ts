import { describe, expect, it } from 'vitest';
import { createSlices } from '../shared/pace.ts';

const forMs = (ms: number) => {
  for (const end = performance.now() + ms; performance.now() < end; );
};
/** Counts the turns of the event loop from now on. */
function turns(): { readonly count: number; stop(): void } {
  const counted = { count: 0, stop: () => clearImmediate(immediate) };
  const turn = () => {
    counted.count += 1;
    immediate = setImmediate(turn);
  };
  let immediate = setImmediate(turn);
  return counted;
}

describe('computations in slices', () => {
  it('run at once, and in one turn as long as that has time for them', async () => {
    const inSlices = createSlices(60_000);
    let ran = 0;
    const all = Array.from({ length: 100 }, (_, n) =>
      inSlices(() => {
        ran += 1;
        return n;
      }),
    );
    expect(ran).toBe(100);
    expect(await Promise.all(all)).toEqual(Array.from({ length: 100 }, (_, n) => n));
  });

  it('that are longer than a slice have a turn each, in the order in which they came', async () => {
    const inSlices = createSlices(1);
    const loop = turns();
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        inSlices(() => {
          forMs(2);
          order.push(n);
        }),
      ),
    );
    loop.stop();
    expect(loop.count).toBeGreaterThanOrEqual(9);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('that throw reject, and keep no other from its slice', async () => {
    const inSlices = createSlices(1);
    const fails = () => {
      forMs(2);
      throw new Error('failed');
    };
    const [first, second, third] = await Promise.allSettled([
      inSlices(fails),
      inSlices(fails),
      inSlices(() => 3),
    ]);
    expect([first.status, second.status, third]).toEqual([
      'rejected',
      'rejected',
      { status: 'fulfilled', value: 3 },
    ]);
  });
});
