import { describe, expect, it } from 'vitest';
import { createRecentRecords } from '../../../../shared/operations/store/sqlite/recent-records.ts';
import { idOf, queued, running } from '../../../contract/records.ts';

describe('recent records', () => {
  it('are remembered in the version that was read last', () => {
    const recent = createRecentRecords();
    recent.remember(queued('a'), { version: 1, rowid: 7 }, 400);
    const operation = running('a');
    recent.remember(operation, { version: 2, rowid: 7 }, 500);
    expect(recent.recall(idOf('a'))).toEqual({ version: 2, rowid: 7, bytes: 500, operation });
    expect(recent.recall(idOf('b'))).toBeUndefined();
  });

  it.each([
    ['records', createRecentRecords(10, 1e9), 1],
    ['bytes', createRecentRecords(1e9, 10), 1],
    ['bytes of a large one', createRecentRecords(1e9, 100), 10],
  ])('are bounded by %s: the last ones are there, and of earlier ones not many', (_, recent, bytes) => {
    for (let n = 0; n < 95; n += 1) recent.remember(queued(`n${n}`), { version: 1, rowid: n }, bytes);
    const known = Array.from({ length: 95 }, (_, n) => recent.recall(idOf(`n${n}`)) !== undefined);
    expect(known.slice(-10)).toEqual(Array(10).fill(true));
    expect(known.filter(Boolean).length).toBeLessThanOrEqual(20);
  });
});
