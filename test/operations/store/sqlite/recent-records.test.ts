import { describe, expect, it } from 'vitest';
import { RecordCorrupt } from '../../../../shared/operations/store/port.ts';
import { createRecentRecords } from '../../../../shared/operations/store/sqlite/recent-records.ts';
import { idOf, queued, running, succeeded } from '../../../contract/records.ts';

describe('recent records', () => {
  it('are remembered in their last version, as a read would have them', () => {
    const recent = createRecentRecords();
    recent.remember(queued('a'), { version: 1, rowid: 7 }, 400);
    recent.remember(running('a', { unknown: 1 } as object), { version: 2, rowid: 7 }, 500);
    expect(recent.recall(idOf('a'))).toMatchObject({ version: 2, rowid: 7, bytes: 500 });
    expect(recent.recall(idOf('a'))?.operation()).toEqual(running('a'));
    expect(recent.recall(idOf('b'))).toBeUndefined();
  });

  it('are parsed once, and not before somebody asks', () => {
    const recent = createRecentRecords();
    recent.remember({ ...queued('a'), attempts: -1 } as never, { version: 1, rowid: 7 }, 400);
    expect(() => recent.recall(idOf('a'))?.operation()).toThrow(RecordCorrupt);
    recent.remember(succeeded('a', { n: 1 }), { version: 2, rowid: 7 }, 400);
    expect(recent.recall(idOf('a'))?.operation()).toBe(recent.recall(idOf('a'))?.operation());
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
