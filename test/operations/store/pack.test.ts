import { describe, expect, it } from 'vitest';
import { pack, unpack } from '../../../shared/operations/store/pack.ts';
import { RecordCorrupt } from '../../../shared/operations/store/port.ts';
import { parseStoredJson } from '../../../shared/operations/store/serialise.ts';
import { recordIn, rowOf } from '../../../shared/operations/store/sqlite/row.ts';
import { succeeded } from '../../contract/records.ts';
import { noise } from '../../support/noise.ts';

const long = JSON.stringify({ words: 'இச்சொல்லின் எழுத்தைச் சரிபார்க்கவும். '.repeat(30_000) });

describe('packed JSON', () => {
  it('is a hundredth where words repeat, and comes back as it was', () => {
    expect(pack(long).length).toBeLessThan(Buffer.byteLength(long) / 100);
    expect(JSON.parse(pack(long))).toEqual({ packed: expect.stringMatching(/^[\w+/]+=*$/) });
    expect(unpack(pack(long))).toBe(long);
  });

  it('is what it was where it is short, or would be longer', () => {
    const short = JSON.stringify({ words: 'அ'.repeat(40_000) });
    const random = JSON.stringify({ words: noise(300_000) });
    for (const json of [short, random]) {
      expect(pack(json)).toBe(json);
      expect(unpack(json)).toBe(json);
    }
  });

  it('that is damaged is corrupt, and says so without its content', () => {
    const packed = pack(long);
    for (const damaged of [packed.slice(0, -9), `${packed.slice(0, 40)}"}`, '{"packed":"அ"}']) {
      expect(() => parseStoredJson('document', damaged)).toThrow(RecordCorrupt);
      expect(() => parseStoredJson('document', damaged)).toThrow(/^document: /);
    }
  });

  it('is read beside records of before, which were never packed', () => {
    const record = succeeded('a', { words: long });
    const { summary, document } = rowOf(record);
    expect(document.length).toBeLessThan(100_000);
    expect(recordIn(record.id, summary, document)).toEqual(record);
    const { input, result } = record as typeof record & { result: unknown };
    expect(recordIn(record.id, summary, JSON.stringify({ input, result }))).toEqual(record);
  });
});
