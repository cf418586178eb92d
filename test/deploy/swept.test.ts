import { describe, expect, it, onTestFinished } from 'vitest';
import { StandInCloud } from './scripts.ts';

/** What the schedule says of itself, look by look; gives how often it was looked at. Throws where the script fails. */
function swept(...looks: string[]): number {
  const cloud = new StandInCloud();
  onTestFinished(() => cloud.remove());
  const env = { ATTEMPTS: looks.join('\n'), TRIES: '8', PAUSE: '0' };
  return cloud.run(['scripts/deploy/swept.sh'], env).filter(([name]) => name === 'gcloud').length - 1;
}

describe('swept.sh', () => {
  it('believes what is told of the last attempt when a second has begun since', () => {
    expect(swept('ENABLED|t0|', 'ENABLED|t0|', 'ENABLED|t1|', 'ENABLED|t1|', 'ENABLED|t2')).toBe(4);
  });

  it('waits while the worker is not to be reached yet', () => {
    expect(swept('ENABLED||-1', 'ENABLED|t1|', 'ENABLED|t2|16', 'ENABLED|t3|16', 'ENABLED|t4')).toBe(4);
  });

  it.each([
    ['was never made', ['ENABLED||-1']],
    ['was forgotten meanwhile', ['ENABLED|t0|16', 'ENABLED||-1', 'ENABLED|t1|']],
    ['is always refused', ['ENABLED||-1', 'ENABLED|t1|16', 'ENABLED|t2|16', 'ENABLED|t3|16']],
    ['was good before, and has not been made since', ['ENABLED|t0|', 'ENABLED|t0']],
    ['was good before, and has not come to an end since', ['ENABLED|t0|', 'ENABLED|t1']],
  ])('fails on an attempt that %s', (_, looks) => {
    expect(() => swept(...looks)).toThrow('FAILED: the worker sweeps');
  });

  it('does not wait for a schedule that is paused', () => {
    expect(swept('PAUSED|t0|16')).toBe(0);
  });
});
