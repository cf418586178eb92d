import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Have a worker of their own, since they measure their own process, or take so long that a new one costs nothing. Longest first. */
const ALONE = [
  'faults/deployed',
  'web/page',
  'e2e/emulated',
  'faults/restarts',
  'deploy/release',
  'e2e/start',
  'faults/npm-start',
  'faults/store-files',
  'soak/soak',
  'auth/token-memory',
  'operations/attempt/attempt-memory',
];
const alone = ALONE.map((name) => `test/${name}.test.ts`);
const FIRST = [...ALONE, 'faults/'];

/**
 * Begins with what takes longest, or the last worker waits for it alone. By itself vitest takes a short file for a short
 * run. Those that share workers are the last, one after another, or each would end the worker of the one before.
 */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const index = FIRST.findIndex((name) => moduleId.includes(`/test/${name}`));
      return index < 0 ? FIRST.length : index;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'alone', include: alone } },
      {
        extends: true,
        test: {
          name: 'shared',
          include: ['test/**/*.test.ts'],
          exclude: alone,
          isolate: false,
          setupFiles: ['test/support/fresh-file.ts', 'test/support/property-seed.ts'],
        },
      },
    ],
    // Long, since a busy machine is slow and no fault: they end what hangs.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 30_000, interval: 10 } },
    // Much of the time is waiting for processes and clocks, so there may be more workers than cores.
    maxWorkers: 6,
    sequence: { sequencer: LongestFirst },
    globalSetup: ['test/support/compile-cache.ts', 'test/support/start-firestore-emulator.ts'],
  },
});
