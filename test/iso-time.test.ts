import { expect, it, vi } from 'vitest';
import { createIsoTime } from '../shared/iso-time.ts';

it.each([
  [
    [0, 0, 1, 0],
    ['00.000Z', '00.000Z', '00.001Z', '00.000Z'],
  ],
  [
    [999, 1000, 1000],
    ['00.999Z', '01.000Z', '01.000Z'],
  ],
])('%j are written as times, also when they come again', (instants, written) => {
  expect(instants.map(createIsoTime())).toEqual(written.map((end) => `1970-01-01T00:00:${end}`));
});

it('what is asked for in a row is written once', () => {
  const writing = vi.spyOn(Date.prototype, 'toISOString');
  [5, 5, 5, 6, 6].map(createIsoTime());
  expect(writing).toHaveBeenCalledTimes(2);
  writing.mockRestore();
});

it('what is no time is refused, and the next is written', () => {
  const isoTime = createIsoTime();
  expect(() => isoTime(Number.NaN)).toThrow(RangeError);
  expect(() => isoTime(9e15)).toThrow(RangeError);
  expect(isoTime(1e12)).toBe('2001-09-09T01:46:40.000Z');
});
