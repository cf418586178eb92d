import { describe, expect, it } from 'vitest';
import { createRecentRecords } from '../../../../shared/operations/store/sqlite/recent-records.ts';
import { idOf, queued, running } from '../../../contract/records.ts';

describe('recent records', () => {
  it('are remembered in the version that was read last', () => {
    const recent = createRecentRecords();
    recent.remember(idOf('a'), {
      version: 1,
      rowid: 7,
      bytes: 400,
      stored: { operation: queued('a'), version: '1.7' },
    });
    const last = { version: 2, rowid: 7, bytes: 500, stored: { operation: running('a'), version: '2.7' } };
    recent.remember(idOf('a'), last);
    expect(recent.recall(idOf('a'))).toEqual(last);
    expect(recent.recall(idOf('b'))).toBeUndefined();
  });

  it.each([
    ['records', createRecentRecords(20, 1e9), 1],
    ['bytes', createRecentRecords(1e9, 20), 1],
    ['bytes of a large one', createRecentRecords(1e9, 200), 10],
  ])('are bounded by %s: the last ones are there, and of earlier ones not many', (_, recent, bytes) => {
    for (let n = 0; n < 95; n += 1) {
      const stored = { operation: queued(`n${n}`), version: `1.${n}` };
      recent.remember(idOf(`n${n}`), { version: 1, rowid: n, bytes, stored });
    }
    expect(recent.size).toBeLessThanOrEqual(20);
    const last = Array.from({ length: 10 }, (_, n) => recent.recall(idOf(`n${94 - n}`))?.rowid);
    expect(last).toEqual([94, 93, 92, 91, 90, 89, 88, 87, 86, 85]);
  });
});
