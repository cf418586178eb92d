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

const evaluate = async (cases: readonly object[], ...flags: string[]): Promise<string> => {
  const file = join(directory, 'cases.jsonl');
  await writeFile(file, cases.map((item) => JSON.stringify(item)).join('\n'));
  const { stdout } = await run(process.execPath, ['scripts/evaluate.ts', file, '--misses', ...flags]);
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

  it('counts per family as cases name it or as the correction shows it, and over the high families', async () => {
    const mistake = (text: string, end: number, right: string, rest: object = {}): object => ({
      category: 'essay',
      kind: 'incorrect',
      text,
      start: 0,
      end,
      corrections: [right],
      ...rest,
    });
    const table = await evaluate([
      mistake('அந்த பாலம்', 4, 'அந்தப்'),
      mistake('ஊருக்கு போனான்', 7, 'ஊருக்குச்'),
      mistake('வந்துச் சென்றான்', 7, 'வந்து'),
      mistake('ஒரு ஊரில்', 3, 'ஓர்'),
      mistake('அந்தச் பாலம்', 6, 'அந்தப்'),
      mistake('முயற்ச்சி செய்', 9, 'முயற்சி'),
      mistake('ஊருக்கு போனான்', 7, 'ஊருக்குப்', { family: 'agreement' }),
      mistake('பொருள் இல்லை', 6, 'வேறு'),
    ]);
    const named = (name: string): string[] => cells(table, name).slice(3, 6);
    expect(named('demonstrative')).toEqual(['1', "'100.0 %'", "'100.0 %'"]);
    expect(named('dative')).toEqual(['1', "'100.0 %'", "'0.0 %'"]);
    for (const family of ['soft-participle', 'article', 'mismatch', 'phonotactics', 'agreement']) {
      expect(named(family), family).toEqual(['1', "'100.0 %'", "'100.0 %'"]);
    }
    expect(cells(table, 'agreement').at(-2)).toBe("'medium'");
    expect(named('all high families')).toEqual(['6', "'100.0 %'", "'83.3 %'"]);
  });

  it('measures one half of the cases alone, and the two halves make the whole', async () => {
    const cases = Array.from({ length: 20 }, (_, index) => ({
      id: `case-${index}`,
      category: 'sandhi',
      kind: 'incorrect',
      text: 'அந்த பாலம்',
      start: 0,
      end: 4,
      corrections: ['அந்தப்'],
    }));
    const count = async (half: string): Promise<number> =>
      Number(cells(await evaluate(cases, '--half', half), 'sandhi')[3]);
    const halves = [await count('development'), await count('held-out')];
    expect(Math.min(...halves)).toBeGreaterThan(0);
    expect(halves.reduce((a, b) => a + b)).toBe(20);
    await expect(evaluate(cases, '--half', 'other')).rejects.toMatchObject({ code: 2 });
  });

  it('lists what it finds in prose by family and by rule, and the corrections made most often', async () => {
    const said = await evaluate(
      [
        { id: 'p-1', category: 'news', kind: 'correct', text: 'அந்த பாலம் உடைந்தது. அந்த பாலம் புதியது.' },
        { id: 'p-2', category: 'news', kind: 'correct', text: 'நேத்து மழை.' },
      ],
      '--prose',
    );
    expect(said).toContain('8 words, 3 findings, 375.00 per 1,000 words');
    expect(cells(said, 'sandhi').slice(2, 5)).toEqual(["'sandhi'", '2', "'250.00'"]);
    expect(cells(said, 'colloquial/word').slice(3, 5)).toEqual(['1', "'125.00'"]);
    expect(cells(said, 'அந்த → அந்தப் (sandhi/demonstrative)')[3]).toBe('2');
    expect(said).toContain('colloquial/word\tmedium\t⟦நேத்து⟧ மழை.\t→ நேற்று\tp-2');
  });

  it('says how it is used when no file is given', async () => {
    await expect(run(process.execPath, ['scripts/evaluate.ts'])).rejects.toMatchObject({ code: 2 });
  });
});
