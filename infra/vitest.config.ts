import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // One process loads the provider's 160 modules once.
    isolate: false,
    fileParallelism: false,
  },
});
