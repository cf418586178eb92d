import { describe, expect, it } from 'vitest';
import { proofreadResult } from '../../shared/analyses/proofread.ts';
import type { Operation } from '../../shared/operations/record/record.ts';
import { view } from '../../shared/operations/record/view.ts';
import { MAX_RECORD_BYTES, type OperationStore, RecordTooLarge } from '../../shared/operations/store/port.ts';
import { noise } from '../support/noise.ts';
import { failed, idOf, queued, running, succeeded } from './records.ts';
import { each, other, put, store, write } from './store-place.ts';

/** What `OperationStore` promises of one record: that it is made, read and replaced whole. */
export function recordTests(): void {
  describe('create', () => {
    it('stores a record that another connection reads, with the version it was given', async () => {
      const record = queued('a');
      const version = await store.create(record);
      expect(await other.read(record.id)).toEqual({ operation: record, version });
    });

    it('refuses an id that exists, and leaves what is there', async () => {
      const version = await write(queued('a'));
      expect(await other.create(queued('a', { tenant_id: 'school-2' }))).toBeUndefined();
      expect(await store.read(idOf('a'))).toEqual({ operation: queued('a'), version });
    });

    it('lets one of twenty parallel ones win', async () => {
      const tries = each(20).map((n) =>
        (n % 2 ? store : other).create(queued('a', { request_id: `request-${n}` })),
      );
      const versions = await Promise.all(tries);
      const winner = versions.findIndex((version) => version !== undefined);
      expect(versions.filter((version) => version !== undefined)).toHaveLength(1);
      expect(await store.read(idOf('a'))).toEqual({
        operation: queued('a', { request_id: `request-${winner}` }),
        version: versions[winner],
      });
    });
  });

  describe('read', () => {
    it.each([idOf('nobody'), '', '.', '..', 'a/b', '__id__', 'அ', 'x'.repeat(2000)])(
      'finds nothing under %s',
      async (id) => {
        expect(await store.read(id)).toBeUndefined();
      },
    );

    it('leaves absent fields out', async () => {
      await write(queued('a', { lease: undefined, traceparent: undefined } as object));
      const stored = await store.read(idOf('a'));
      expect(Object.keys(stored?.operation ?? {})).toEqual(
        expect.not.arrayContaining(['lease', 'traceparent', 'progress', 'fingerprint']),
      );
    });
  });

  describe('update', () => {
    it('replaces the whole record and moves the version', async () => {
      const first = await write(running('a', { traceparent: '00-1-1-01', progress: 0.5 }));
      const record = failed('a', { provider: 'rules', latency_ms: 3 });
      const second = await other.update(record, first);
      expect(second).not.toBe(first);
      const stored = await store.read(record.id);
      expect(stored).toEqual({ operation: record, version: second });
      expect(Object.keys(stored?.operation ?? {})).toEqual(
        expect.not.arrayContaining(['lease', 'due_at', 'traceparent', 'progress']),
      );
    });

    it('moves the version even when nothing else changes', async () => {
      const first = await write(queued('a'));
      const second = await store.update(queued('a'), first);
      expect(second).toBeTypeOf('string');
      expect(second).not.toBe(first);
      expect(await other.update(queued('a'), first)).toBeUndefined();
    });

    it('refuses a version that moved, and leaves what is there', async () => {
      const first = await write(queued('a'));
      const second = await store.update(running('a'), first);
      expect(await other.update(failed('a'), first)).toBeUndefined();
      expect(await store.read(idOf('a'))).toEqual({ operation: running('a'), version: second });
    });

    it('lets one of twenty parallel ones win', async () => {
      const version = await write(queued('a'));
      const tries = each(20).map((n) =>
        (n % 2 ? store : other).update(running('a', { generation: n }), version),
      );
      const versions = await Promise.all(tries);
      const winner = versions.findIndex((one) => one !== undefined);
      expect(versions.filter((one) => one !== undefined)).toHaveLength(1);
      expect(await store.read(idOf('a'))).toEqual({
        operation: running('a', { generation: winner }),
        version: versions[winner],
      });
    });

    it('loses none of ten increments that retry when refused', async () => {
      await put(queued('a'));
      const increment = async (by: OperationStore): Promise<void> => {
        const stored = await by.read(idOf('a'));
        if (!stored) throw new Error('gone');
        const attempts = stored.operation.attempts + 1;
        const done = await by.update({ ...stored.operation, attempts }, stored.version);
        if (done === undefined) await increment(by);
      };
      await Promise.all(each(10).map((n) => increment(n % 2 ? store : other)));
      expect((await store.read(idOf('a')))?.operation.attempts).toBe(10);
    });

    it('makes no record where there is none', async () => {
      const version = await write(queued('a'));
      expect(await store.update(queued('b'), version)).toBeUndefined();
      expect(await store.read(idOf('b'))).toBeUndefined();
    });

    it.each(['', 'nonsense', '0', '-1', '1e3', '99999999999999999999', '1.5', '2026-01-01T00:00:00Z'])(
      'takes "%s" for a version that moved',
      async (version) => {
        await put(queued('a'));
        expect(await store.update(running('a'), version)).toBeUndefined();
      },
    );
  });

  describe('what is stored', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 'தமிழ்' : { in: [nested(depth - 1)] });
    it.each<[string, unknown]>([
      ['Tamil, emoji, combining marks, control characters', { t: 'கொ👩‍👩‍👧‍👦e\u0301\u0000\u001f\u2028"\\' }],
      ['lone surrogates', { high: '\ud83d', low: '\udc00' }],
      ['empty things', { s: '', o: {}, a: [], '': '' }],
      ['nulls', { n: null, a: [null, { n: null }] }],
      ['arrays in arrays', [[1, [2, []]], [[]]]],
      [
        'keys that mean something elsewhere',
        JSON.parse('{"__proto__":{"x":1},"constructor":1,"a.b":2,"`c`":3,"__d__":4,"/e":5,"$f":6}'),
      ],
      ['numbers', [0, 1.5, -7, 1e300, 5e-324, Number.MAX_SAFE_INTEGER]],
      ['sixty levels', nested(30)],
      ['null', null],
      ['a string', 'ஆம்'],
      ['false', false],
    ])('comes back as it was: %s', async (_, value) => {
      const record = succeeded('a', value, { input: { text: 'அ', options: value } });
      await put(record);
      const stored = await other.read(record.id);
      expect(stored?.operation).toEqual(record);
      expect(JSON.stringify(stored?.operation['result' as never])).toBe(JSON.stringify(value));
      expect(JSON.stringify(stored?.operation.input)).toBe(JSON.stringify(record.input));
    });

    it('keeps every optional field', async () => {
      const usage = { input_tokens: 10, output_tokens: 20, cached_tokens: 3 };
      const record = succeeded(
        'a',
        {},
        {
          provider: 'gemini',
          model: 'm',
          latency_ms: 9,
          usage,
          prompt_version: '2',
          fingerprint: 'f',
          traceparent: '00-1',
        },
      );
      await put(record, failed('b', { answered_as_problem: true }), running('c', { progress: 0.25 }));
      expect((await store.read(idOf('a')))?.operation).toEqual(record);
      expect((await store.read(idOf('b')))?.operation).toEqual(failed('b', { answered_as_problem: true }));
      expect((await store.read(idOf('c')))?.operation).toEqual(running('c', { progress: 0.25 }));
    });

    it('keeps where a finding is from, on the finding, and its client is not shown it', async () => {
      const issue = {
        type: 'spelling',
        severity: 'low',
        message: 'ம',
        start: 0,
        end: 4,
        suggestion: 'அவர்',
      };
      const second = { ...issue, start: 5, end: 6, suggestion: 'வா' };
      const texts = { original_text: 'அவன் வந்தான்', corrected_text: 'அவர் வாந்தான்' };
      const result = { ...texts, issues: [issue, { ...second, source: 'rules' }] };
      const record = succeeded('a', result);
      await put(record);
      const stored = await other.read(record.id);
      expect(stored?.operation).toEqual(record);
      expect(view(stored?.operation as Operation, proofreadResult).result).toEqual({
        ...texts,
        issues: [issue, second],
      });
    });

    it('is read without what an earlier version kept beside it', async () => {
      await put(succeeded('a', {}, { merged: { rules: 2 } } as object));
      expect((await store.read(idOf('a')))?.operation).toEqual(succeeded('a', {}));
    });

    it('is packed where it is long: a result whose words repeat may be far larger than the limit', async () => {
      const issues = each(8000).map((n) => ({ start: n, message: 'இச்சொல்லின் எழுத்தைச் சரிபார்க்கவும்.' }));
      const record = succeeded('a', { issues });
      expect(Buffer.byteLength(JSON.stringify(record))).toBeGreaterThan(MAX_RECORD_BYTES);
      const version = await write(running('a'));
      await store.update(record, version);
      expect((await other.read(record.id))?.operation).toEqual(record);
    });

    /** A record whose JSON is exactly `bytes` long, and cannot be packed. */
    const ofSize = (bytes: number, status: 'queued' | 'succeeded') => {
      const make = (text: string) =>
        status === 'queued' ? queued('big', { input: { text } }) : succeeded('big', { text });
      const rest = bytes - Buffer.byteLength(JSON.stringify(make('')));
      return make(noise(rest));
    };

    it('may be as large as the limit, when made and when replaced', async () => {
      const version = await write(ofSize(MAX_RECORD_BYTES, 'queued'));
      const record = ofSize(MAX_RECORD_BYTES, 'succeeded');
      expect(await store.update(record, version)).toBeTypeOf('string');
      expect((await other.read(record.id))?.operation).toEqual(record);
    });

    it('may not be a byte larger', async () => {
      await expect(store.create(ofSize(MAX_RECORD_BYTES + 1, 'queued'))).rejects.toThrow(RecordTooLarge);
      expect(await store.read(idOf('big'))).toBeUndefined();
      const version = await write(queued('big'));
      const large = ofSize(MAX_RECORD_BYTES + 1, 'succeeded');
      await expect(store.update(large, version)).rejects.toThrow(RecordTooLarge);
      expect(await store.read(idOf('big'))).toEqual({ operation: queued('big'), version });
    });
  });
}
