import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesIn, importsOf, root } from './support/imports.ts';

const textOf = (file: string) => readFileSync(join(root, file), 'utf8');
const suites = filesIn('test').filter((file) => file.endsWith('.test.ts'));
const concurrent = suites.filter((file) => /\.concurrent(\.\w+)*\(['"[]/.test(textOf(file)));

/** A file and every file of the tests that it imports, also through others. */
function withImported(file: string, seen = new Set([file])): Set<string> {
  for (const { to } of importsOf(file)) {
    if (to.startsWith('test/') && !seen.has(to)) withImported(to, seen.add(to));
  }
  return seen;
}

/**
 * Vitest knows one current test for the whole process. While several tests of a file run at once it is
 * another test or none, and what asks for it fails now and then: "expect.poll() must be called inside a test".
 */
const ASKS_FOR_THE_CURRENT_TEST =
  /\bexpect\s*\.\s*(poll|soft|assertions|hasAssertions)\b|\bonTest(Finished|Failed)\b|\btoMatch\w*Snapshot\b/;
/** The clock of the process is everybody's. */
const TURNS_THE_CLOCK = /\bownClock\(|\buse(Fake|Real)Timers\b/;

describe('tests that run at once within a file', () => {
  it('the scan sees such files at all, and what they import', () => {
    expect(concurrent).toContain('test/deploy/analysis.test.ts');
    expect(withImported('test/deploy/analysis.test.ts')).toContain('test/deploy/candidate-worker.ts');
  });

  it.each(concurrent)('%s does not ask which test runs: it waits by vi.waitFor', (suite) => {
    const asking = [...withImported(suite)].filter((file) => ASKS_FOR_THE_CURRENT_TEST.test(textOf(file)));
    expect(asking).toEqual([]);
  });

  it.each(concurrent)('%s leaves the clock alone', (suite) => {
    expect([...withImported(suite)].filter((file) => TURNS_THE_CLOCK.test(textOf(file)))).toEqual([]);
  });
});
