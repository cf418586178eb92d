import { describe, expect, it } from 'vitest';
import { soak } from './soak.ts';

describe('the soak', { timeout: 180_000 }, () => {
  it('of 200 operations against npm start, with faults and kills, finds no violation', async () => {
    const report = await soak({ operations: 200, seed: 7, faults: 0.1, concurrency: 32, emulated: false });
    expect(report.violations).toEqual([]);
    expect(report.kills).toBe(1);
    const { sound, ...faults } = report.provider;
    expect(sound).toBeGreaterThan(120);
    expect(Object.values(faults).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(10);
    expect(report.ended['succeeded']).toBeGreaterThan(120);
    expect(report.ended['cancelled']).toBeGreaterThan(0);
  });
});
