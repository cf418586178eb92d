import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { corrected, writeBack } from '../../command/fix.ts';
import { readSource } from '../../command/source.ts';
import { temporaryDirectory } from './commanding.ts';

const issue = (start: number, end: number, suggestion: string) => ({
  type: 'style' as const,
  severity: 'low' as const,
  message: 'ஏன்',
  start,
  end,
  suggestion,
});

describe('a corrected text', () => {
  it('has every suggestion at its place, and the line ends that it had', () => {
    expect(corrected('அ\r\nஆ இ', [issue(0, 1, 'ஈ\nஉ'), issue(4, 4, 'ஊ'), issue(5, 6, '')])).toBe(
      'ஈ\r\nஉ\r\nஆஊ ',
    );
    expect(corrected('அ\nஆ', [issue(0, 1, 'ஈ\r\nஉ')])).toBe('ஈ\nஉ\nஆ');
  });

  it('is not written over what somebody else has written meanwhile', async () => {
    const file = join(temporaryDirectory(), 'essay.txt');
    writeFileSync(file, 'அந்த பையன்');
    const source = await readSource(file, process.stdin);
    writeFileSync(file, 'வேறு');
    await expect(writeBack(file, source, 'அந்தப் பையன்')).rejects.toThrow('has changed');
    expect(readFileSync(file, 'utf8')).toBe('வேறு');
  });
});
