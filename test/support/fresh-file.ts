import { afterAll, expect, vi } from 'vitest';

/**
 * Before each file of tests that shares its worker: our modules are loaded anew, so that none keeps what another file
 * made of it. A file that leaves the process changed for the next one fails.
 */
vi.resetModules();
const environment = { ...process.env };
afterAll(() => {
  expect(vi.isFakeTimers(), 'fake timers were left').toBe(false);
  expect(process.env, 'the environment was left changed').toEqual(environment);
});
