import fc from 'fast-check';
import { expect, it } from 'vitest';

it('properties are tried with the same examples each time', () => {
  expect(fc.readConfigureGlobal()).toHaveProperty('seed');
  expect(fc.sample(fc.nat(), 5)).toEqual(fc.sample(fc.nat(), 5));
});
