import { describe, expect, it } from 'vitest';
import { once } from '../shared/once.ts';

describe('once', () => {
  it('makes one for all who ask, while it is being made and after', async () => {
    let made = 0;
    const get = once(async () => {
      made += 1;
      return made;
    });
    expect(await Promise.all([get(), get()])).toEqual([1, 1]);
    expect(await get()).toBe(1);
  });

  it('tries again after a failure, which all who waited for it are told of', async () => {
    let tries = 0;
    const get = once(async () => {
      tries += 1;
      if (tries === 1) throw new Error('away');
      return tries;
    });
    const settled = await Promise.allSettled([get(), get()]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await get()).toBe(2);
  });
});
