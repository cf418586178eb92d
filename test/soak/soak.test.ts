import { describe, expect, it } from 'vitest';
import { attemptsIn, soak } from './soak.ts';

describe('the soak', { timeout: 90_000 }, () => {
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

  it('reads attempts from whole lines of the log', () => {
    const attempt = (number: number) => ({ operation: 'a', request: 'r', attempt: number });
    const line = (number: number) =>
      JSON.stringify({ operation_id: 'a', request_id: 'r', attempt: number, message: 'attempt' });
    const log = [line(1), line(3), line(9).slice(0, -3), '{"message":"request","operation_id":"a"}'];
    expect(attemptsIn(log.join('\n'))).toEqual([attempt(1), attempt(3)]);
  });
});
