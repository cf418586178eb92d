import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const run = promisify(execFile);
let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'evaluate-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

const evaluate = async (cases: readonly object[]): Promise<string> => {
  const file = join(directory, 'cases.jsonl');
  await writeFile(file, cases.map((item) => JSON.stringify(item)).join('\n'));
  const { stdout } = await run(process.execPath, ['scripts/evaluate.ts', file, '--misses']);
  return stdout;
};

const cells = (table: string, name: string): string[] =>
  (table.split('\n').find((line) => line.includes(`'${name}'`)) ?? '').split('│').map((cell) => cell.trim());

describe('evaluate', () => {
  it('counts what was found, fixed and falsely flagged, per category', async () => {
    const table = await evaluate([
      { category: 'sandhi', kind: 'incorrect', text: 'அந்த பாலம்', start: 0, end: 4, corrections: ['அந்தப்'] },
      { category: 'sandhi', kind: 'incorrect', text: 'அந்த மலை', start: 0, end: 4, corrections: ['அந்தப்'] },
      { category: 'sandhi', kind: 'incorrect', text: 'அந்த குளம்', start: 0, end: 4, corrections: ['அந்தச்'] },
      { category: 'prose', kind: 'correct', text: 'அந்த பாலம் உடைந்து போனது நேற்று மாலை' },
    ]);
    expect(cells(table, 'sandhi').slice(3, 6)).toEqual(['3', "'66.7 %'", "'33.3 %'"]);
    expect(cells(table, 'prose').slice(6, 9)).toEqual(['1', '1', "'166.7'"]);
    expect(table).toContain('miss  sandhi');
    expect(table).toContain('other sandhi');
    expect(table).toContain('alarm prose');
  });

  it('says how it is used when no file is given', async () => {
    await expect(run(process.execPath, ['scripts/evaluate.ts'])).rejects.toMatchObject({ code: 2 });
  });
});
