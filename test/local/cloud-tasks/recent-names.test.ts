import { describe, expect, it } from 'vitest';
import { RecentNames } from '../../../local/cloud-tasks/recent-names.ts';

describe('recent names', () => {
  it('remembers a name for its time and no longer', () => {
    let now = 0;
    const names = new RecentNames({ ttlMs: 100, max: 10, now: () => now });
    names.add('a');
    now = 99;
    expect(names.has('a')).toBe(true);
    now = 100;
    expect(names.has('a')).toBe(false);
    expect(names.size).toBe(0);
  });

  it('forgets the oldest rather than growing past its bound', () => {
    const names = new RecentNames({ ttlMs: 100, max: 3, now: () => 0 });
    for (let n = 0; n < 1000; n += 1) names.add(String(n));
    expect(names.size).toBe(3);
    expect(['996', '997', '999'].map((name) => names.has(name))).toEqual([false, true, true]);
  });

  it('counts the time from the last end', () => {
    let now = 0;
    const names = new RecentNames({ ttlMs: 100, max: 3, now: () => now });
    names.add('a');
    now = 60;
    names.add('a');
    now = 120;
    expect(names.has('a')).toBe(true);
  });
});
