import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // The emulator's first seconds are slow on a busy machine.
    testTimeout: 15_000,
    hookTimeout: 30_000,
    // Much of the time is waiting for processes and clocks, so there may be more workers than cores.
    maxWorkers: 3,
    globalSetup: ['test/support/start-firestore-emulator.ts'],
  },
});
