import { expect, it, onTestFinished } from 'vitest';
import { StandInCloud } from './scripts.ts';

/** What Firestore says of its indexes, look by look; gives how often it was looked at. Throws where the script fails. */
function waited(...looks: string[]): number {
  const cloud = new StandInCloud();
  onTestFinished(() => cloud.remove());
  return cloud.run(['scripts/deploy/indexes.sh'], { STATES: looks.join('\n'), TRIES: '4' }).length;
}

it('the deployment waits until every index is built', () => {
  expect(waited('CREATING,CREATING', 'READY,CREATING', 'READY,READY')).toBe(3);
  expect(waited('')).toBe(1);
});

it.each(['READY,CREATING', 'NEEDS_REPAIR'])('and fails where they are %s for long', (states) => {
  expect(() => waited(states)).toThrow(/FAILED: the indexes are not built: (CREATING|NEEDS_REPAIR)\n/);
});
