import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // The emulator's first seconds are slow on a busy machine.
    testTimeout: 15_000,
    hookTimeout: 30_000,
    globalSetup: ['test/support/start-firestore-emulator.ts'],
  },
});
