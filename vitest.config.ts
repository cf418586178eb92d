import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those that start processes, longest first. */
const LONG = [
  'faults/deployed',
  'web/page',
  'e2e/emulated',
  'faults/restarts',
  'deploy/release',
  'e2e/start',
  'faults/npm-start',
  'soak/',
  'faults/',
];

/** Begins with what takes longest, or the last worker waits for it alone. By itself vitest takes a short file for a short run. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const index = LONG.findIndex((name) => moduleId.includes(`/test/${name}`));
      return index < 0 ? LONG.length : index;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Long, since a busy machine is slow and no fault: they end what hangs.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000, interval: 10 } },
    // Much of the time is waiting for processes and clocks, so there may be more workers than cores.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    globalSetup: ['test/support/compile-cache.ts', 'test/support/start-firestore-emulator.ts'],
  },
});
