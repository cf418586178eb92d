import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { eventLoopSaturation } from '../../shared/http/load-shedding.ts';
import { createConcurrentQuota } from '../../shared/quota/concurrent.ts';

it('a tenant has a quarter of its places while the process is saturated, and the others have theirs', () => {
  let saturated = false;
  const quota = createConcurrentQuota(8, () => saturated);
  const leave = Array.from({ length: 5 }, () => quota.enter('one'));
  expect(quota.limit).toBe(8);
  saturated = true;
  expect([quota.limit, quota.enter('one')]).toEqual([2, undefined]);
  expect([quota.enter('two'), quota.enter('two'), quota.enter('two')]).toEqual([
    expect.any(Function),
    expect.any(Function),
    undefined,
  ]);
  for (const one of leave.splice(0, 4)) one?.();
  expect([quota.enter('one'), quota.enter('one')]).toEqual([expect.any(Function), undefined]);
  saturated = false;
  for (let n = 0; n < 6; n += 1) expect(quota.enter('one')).toBeDefined();
  expect(quota.enter('one')).toBeUndefined();
});

it('a tenant may always have one', () => {
  const quota = createConcurrentQuota(1, () => true);
  const leave = quota.enter('one');
  expect(quota.enter('one')).toBeUndefined();
  leave?.();
  expect([quota.size, quota.enter('one')]).toEqual([0, expect.any(Function)]);
});

it('is a quarter beside an event loop that had no pause for a second', async () => {
  const quota = createConcurrentQuota(8, eventLoopSaturation());
  expect(quota.limit).toBe(8);
  const end = performance.now() + 1100;
  while (performance.now() < end) await setImmediate();
  expect(quota.limit).toBe(2);
});

it.each([
  [1, 1],
  [3, 1],
  [4, 1],
  [7, 1],
  [8, 2],
  [11, 2],
])('of %i a saturated process gives %i', (most, few) => {
  expect(createConcurrentQuota(most, () => true).limit).toBe(few);
});
