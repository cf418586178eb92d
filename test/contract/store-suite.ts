import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { proofreadResult } from '../../shared/analyses/proofread.ts';
import type { Operation, Unfinished } from '../../shared/operations/record/record.ts';
import { type Summary, summaryOf } from '../../shared/operations/record/summary.ts';
import { view } from '../../shared/operations/record/view.ts';
import {
  MAX_RECORD_BYTES,
  type OperationStore,
  RecordCorrupt,
  RecordTooLarge,
  SET_ASIDE_MS,
} from '../../shared/operations/store/port.ts';
import type { OnCorrupt } from '../../shared/operations/store/serialise.ts';
import { failed, idOf, queued, RETENTION, running, START, succeeded } from './records.ts';

/** One empty place to store operations in, to which several stores can be connected. */
export interface StorePlace {
  connect(options: { now: () => number; onCorrupt: OnCorrupt }): OperationStore;
  /** Makes the record under `id` unreadable as an operation, leaving what queries look at. Resolves to what mends it. */
  damage(id: string): Promise<() => Promise<void>>;
  remove(): Promise<void>;
}

const MINUTE = 60_000;

/** What `OperationStore` promises. An adapter passes by handing over how a place for it is made. */
export function storeSuite(name: string, makePlace: () => Promise<StorePlace>, skip = false): void {
  describe.skipIf(skip)(`operation store: ${name}`, () => {
    let place: StorePlace;
    let store: OperationStore;
    /** A second connection to the same data, as another instance has it. */
    let other: OperationStore;
    let now: number;
    const onCorrupt = vi.fn<OnCorrupt>();
    const used: StorePlace[] = [];

    beforeEach(async () => {
      now = START;
      onCorrupt.mockReset();
      place = await makePlace();
      used.push(place);
      store = place.connect({ now: () => now, onCorrupt });
      other = place.connect({ now: () => now, onCorrupt });
    });
    afterEach(async () => {
      await Promise.all([store.close(), other.close()]);
    });
    afterAll(async () => {
      for (const one of used) await one.remove();
    });

    const put = async (...records: Operation[]) => {
      for (const record of records) expect(await store.create(record)).toBeTypeOf('string');
    };
    const write = async (record: Operation) => {
      const version = await store.create(record);
      if (version === undefined) throw new Error('the id exists');
      return version;
    };
    const ids = (operations: readonly { id: string }[]) => operations.map(({ id }) => id);
    const each = (count: number) => Array.from({ length: count }, (_, index) => index);

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
        [
          'Tamil, emoji, combining marks, control characters',
          { t: 'கொ👩‍👩‍👧‍👦e\u0301\u0000\u001f\u2028"\\' },
        ],
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

      /** A record whose JSON is exactly `bytes` long. */
      const ofSize = (bytes: number, status: 'queued' | 'succeeded') => {
        const make = (text: string) =>
          status === 'queued' ? queued('big', { input: { text } }) : succeeded('big', { text });
        const rest = bytes - Buffer.byteLength(JSON.stringify(make('')));
        return make('அ'.repeat(Math.floor(rest / 3)) + 'x'.repeat(rest % 3));
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

    describe('list', () => {
      const ask = { tenant_id: 'school-1', page_size: 100 };

      it('is one tenant’s, newest first', async () => {
        await put(
          queued('old'),
          queued('new', { created_at: START + 2 }),
          queued('mid', { created_at: START + 1 }),
        );
        await put(queued('theirs', { tenant_id: 'school-2' }), queued('like', { tenant_id: 'school-10' }));
        const page = await other.list(ask);
        expect(page.operations).toEqual([
          summaryOf(queued('new', { created_at: START + 2 })),
          summaryOf(queued('mid', { created_at: START + 1 })),
          summaryOf(queued('old')),
        ]);
        expect(page.more).toBe(false);
        expect(ids((await store.list({ ...ask, tenant_id: 'school-2' })).operations)).toEqual([
          idOf('theirs'),
        ]);
        expect(await store.list({ ...ask, tenant_id: 'nobody' })).toEqual({ operations: [], more: false });
      });

      it('tells of an operation what a list shows, and never its input, its result or a lease', async () => {
        const { input, due_at, lease, attempts, generation, ...begun } = running('a', {
          progress: 0.5,
        }) as Unfinished;
        const version = await write({ ...begun, input, due_at, lease, attempts, generation });
        expect(lease).toBeDefined();
        expect((await other.list(ask)).operations).toEqual([begun]);
        const told = { provider: 'gemini', model: 'm-1', latency_ms: 7 };
        const usage = { input_tokens: 1, output_tokens: 2 };
        await store.update(succeeded('a', { text: 'நீளம்' }, { ...told, usage } as never), version);
        const { progress: _, ...rest } = begun;
        const done = { ...rest, ...told, status: 'succeeded', completed_at: START + 5 };
        expect((await other.list(ask)).operations).toEqual([done]);
      });

      it('pages through everything once, through ties of `created_at`', async () => {
        const records = each(11).map((n) => queued(`n${n}`, { created_at: START + Math.floor(n / 4) }));
        await put(...records);
        const seen: Summary[] = [];
        for (let more = true, pages = 0; more; pages += 1) {
          const last = seen.at(-1);
          const page = await store.list({ ...ask, page_size: 3, after: last });
          expect(page.operations.length).toBe(pages < 3 ? 3 : 2);
          seen.push(...page.operations);
          more = page.more;
        }
        const newest = (a: Operation, b: Operation) => b.created_at - a.created_at || (a.id < b.id ? 1 : -1);
        expect(ids(seen)).toEqual(ids(records.toSorted(newest)));
      });

      it('says that there is more only where there is', async () => {
        await put(queued('a'), queued('b'));
        expect((await store.list({ ...ask, page_size: 1 })).more).toBe(true);
        expect((await store.list({ ...ask, page_size: 2 })).more).toBe(false);
      });

      it('goes on from a place whose record is gone', async () => {
        await put(queued('a'), queued('c', { created_at: START + 2 }));
        const after = { created_at: START + 1, id: idOf('gone') };
        expect(ids((await store.list({ ...ask, after })).operations)).toEqual([idOf('a')]);
      });

      it('filters by status, endpoint and both, page by page', async () => {
        const endpoint = 'essay-critique' as const;
        await put(
          queued('q1', { created_at: START + 1 }),
          running('r2', { created_at: START + 2 }),
          queued('qe3', { created_at: START + 3, endpoint }),
          failed('fe4', { created_at: START + 4, endpoint }),
          queued('qe5', { created_at: START + 5, endpoint }),
        );
        const found = async (filter: object) => ids((await store.list({ ...ask, ...filter })).operations);
        expect(await found({ status: 'queued' })).toEqual(['qe5', 'qe3', 'q1'].map(idOf));
        expect(await found({ endpoint })).toEqual(['qe5', 'fe4', 'qe3'].map(idOf));
        expect(await found({ status: 'queued', endpoint })).toEqual(['qe5', 'qe3'].map(idOf));
        expect(await found({ status: 'cancelled' })).toEqual([]);
        const after = { created_at: START + 5, id: idOf('qe5') };
        expect(await found({ status: 'queued', endpoint, after, page_size: 1 })).toEqual([idOf('qe3')]);
      });

      it('follows a change of status', async () => {
        const version = await write(queued('a'));
        await store.update(failed('a'), version);
        expect((await store.list({ ...ask, status: 'queued' })).operations).toEqual([]);
        expect((await store.list({ ...ask, status: 'failed' })).operations).toEqual([summaryOf(failed('a'))]);
      });
    });

    describe('due', () => {
      const dueAt = (name: string, due_at: number) => queued(name, { due_at });
      const due = async (at: number, limit = 100) =>
        ids((await store.due(at, limit)).map((one) => one.operation));

      it('finds what is due, earliest first, of all tenants, with its version', async () => {
        await put(dueAt('late', START + 3), dueAt('soon', START + 1));
        const record = running('mid', { due_at: START + 2, tenant_id: 'school-2' });
        const version = await write(record);
        expect(await due(START)).toEqual([]);
        expect(await due(START + 1)).toEqual([idOf('soon')]);
        expect(await due(START + 9)).toEqual(['soon', 'mid', 'late'].map(idOf));
        expect((await other.due(START + 2, 100))[1]).toEqual({ operation: record, version });
      });

      it('keeps to the limit, over forty records', async () => {
        const records = each(40).map((n) => dueAt(`n${n}`, START + ((n * 7) % 40)));
        await Promise.all(records.map((record) => store.create(record)));
        const order = records.toSorted(
          (a, b) => Number('due_at' in a && a.due_at) - Number('due_at' in b && b.due_at),
        );
        expect(await due(START + MINUTE)).toEqual(ids(order));
        expect(await due(START + MINUTE, 5)).toEqual(ids(order.slice(0, 5)));
        expect(await due(START + MINUTE, 0)).toEqual([]);
      });

      it('goes on from a place, through ties, and where its record is gone', async () => {
        const records = each(12).map((n) => dueAt(`n${n}`, START + Math.floor(n / 5)));
        await put(...records);
        const seen: string[] = [];
        for (let page = await store.due(START + MINUTE, 5); page.length > 0; ) {
          seen.push(...ids(page.map(({ operation }) => operation)));
          page = await other.due(START + MINUTE, 5, page.at(-1)?.operation as Unfinished);
        }
        expect(seen).toEqual(await due(START + MINUTE));
        expect(new Set(seen).size).toBe(12);
        const gone = { due_at: START + 1, id: 'ffffffff-ffff-8fff-afff-ffffffffffff' };
        expect(ids((await store.due(START + MINUTE, 9, gone)).map(({ operation }) => operation))).toEqual(
          seen.slice(10),
        );
        expect(await store.due(START + 1, 9, gone)).toEqual([]);
      });

      it('leaves out what is finished', async () => {
        await put(failed('done'), succeeded('well', {}));
        const version = await write(dueAt('a', START));
        expect(await due(START)).toEqual([idOf('a')]);
        await store.update(succeeded('a', {}), version);
        expect(await due(START + MINUTE)).toEqual([]);
      });

      it('follows a postponement', async () => {
        const version = await write(dueAt('a', START));
        await store.update(dueAt('a', START + MINUTE), version);
        expect(await due(START)).toEqual([]);
        expect(await due(START + MINUTE)).toEqual([idOf('a')]);
      });
    });

    describe('postpone', () => {
      const due = async (at: number) => (await store.due(at, 9)).map(({ operation }) => operation);

      it('makes a record due later, and leaves it as it is', async () => {
        const version = await write(queued('a', { due_at: START }));
        await put(queued('b', { due_at: START + 1 }));
        expect(await other.postpone(idOf('a'), version, START + 2)).toBe(true);
        expect((await store.read(idOf('a')))?.operation).toEqual(queued('a', { due_at: START }));
        expect(ids(await due(START + 1))).toEqual([idOf('b')]);
        // As the order has it, from where a next page goes on.
        expect(await due(START + 2)).toEqual([
          queued('b', { due_at: START + 1 }),
          queued('a', { due_at: START + 2 }),
        ]);
        expect(await store.countUnfinished('school-1', 9)).toBe(2);
      });

      it('holds until the next write, and moves the version', async () => {
        const version = await write(queued('a'));
        expect(await store.postpone(idOf('a'), version, START + MINUTE)).toBe(true);
        expect(await store.update(running('a'), version)).toBeUndefined();
        const [found] = await store.due(START + MINUTE, 1);
        await store.update(running('a', { due_at: START + 5 }), found?.version ?? '');
        expect(ids(await due(START + 5))).toEqual([idOf('a')]);
      });

      it('leaves alone what has changed, is finished, or is not there', async () => {
        const version = await write(queued('a'));
        await store.update(running('a', { due_at: START + 1 }), version);
        expect(await store.postpone(idOf('a'), version, START + MINUTE)).toBe(false);
        expect(ids(await due(START + 1))).toEqual([idOf('a')]);
        expect(await store.postpone(idOf('a'), 'nonsense', START + MINUTE)).toBe(false);
        expect(await store.postpone(idOf('b'), version, START)).toBe(false);
        await expect(store.read(idOf('b'))).resolves.toBeUndefined();
      });
    });

    describe('countUnfinished', () => {
      it('counts what a tenant has queued and running, and nothing else', async () => {
        await put(queued('a'), running('b'), failed('c'), succeeded('d', {}));
        await put(queued('e', { tenant_id: 'school-2' }));
        expect(await other.countUnfinished('school-1', 100)).toBe(2);
        expect(await store.countUnfinished('school-2', 100)).toBe(1);
        expect(await store.countUnfinished('nobody', 100)).toBe(0);
      });

      it('stops at the limit', async () => {
        await Promise.all(each(7).map((n) => store.create(queued(`n${n}`))));
        expect(await store.countUnfinished('school-1', 5)).toBe(5);
        expect(await store.countUnfinished('school-1', 7)).toBe(7);
      });

      it('follows what becomes of them', async () => {
        const version = await write(queued('a'));
        const next = await store.update(running('a'), version);
        expect(await store.countUnfinished('school-1', 9)).toBe(1);
        await store.update(succeeded('a', {}), next ?? '');
        expect(await store.countUnfinished('school-1', 9)).toBe(0);
      });
    });

    describe('a record past its retention', () => {
      const expire_at = START + MINUTE;
      beforeEach(() => put(queued('a', { expire_at })));

      it('is there until then', async () => {
        now = expire_at - 1;
        expect((await store.read(idOf('a')))?.operation.id).toBe(idOf('a'));
        expect((await store.list({ tenant_id: 'school-1', page_size: 1 })).operations).toHaveLength(1);
      });

      it('exists for no reader', async () => {
        await put(queued('b', { created_at: START - 1 }), queued('c', { created_at: START - 2 }));
        now = expire_at;
        expect(await store.read(idOf('a'))).toBeUndefined();
        const page = await store.list({ tenant_id: 'school-1', page_size: 1 });
        expect([ids(page.operations), page.more]).toEqual([[idOf('b')], true]);
        expect((await store.list({ tenant_id: 'school-1', page_size: 2 })).more).toBe(false);
      });

      it('makes room for a new one, which no version of the old one can touch', async () => {
        const old = await store.read(idOf('a'));
        now = expire_at;
        const record = failed('a', { expire_at: expire_at + RETENTION });
        const versions = await Promise.all([store.create(record), other.create(record)]);
        const [version] = versions.filter((one) => one !== undefined);
        expect(versions.filter((one) => one !== undefined)).toHaveLength(1);
        expect(await store.read(idOf('a'))).toEqual({ operation: record, version });
        expect(await store.update(running('a'), old?.version ?? '')).toBeUndefined();
        expect(await store.due(now, 10)).toEqual([]);
      });
    });

    describe('a record that is none', () => {
      it('is a fault of its own when read', async () => {
        await put(queued('a'));
        await place.damage(idOf('a'));
        await expect(store.read(idOf('a'))).rejects.toThrow(RecordCorrupt);
        await expect(store.read(idOf('a'))).rejects.not.toThrow(/வந்தான்/);
      });

      it('keeps no other from a query, even where it fills pages', async () => {
        const bad = each(5).map((n) => queued(`bad${n}`, { created_at: START + 9, due_at: START }));
        await put(...bad, queued('b', { due_at: START + 2 }), queued('a', { due_at: START + 1 }));
        for (const { id } of bad) await place.damage(id);
        const found = await store.due(START + MINUTE, 2);
        expect(ids(found.map((one) => one.operation))).toEqual(['a', 'b'].map(idOf));
        expect(new Set(onCorrupt.mock.calls.map(([id]) => id))).toEqual(new Set(ids(bad)));
        const list = { tenant_id: 'school-1', page_size: 1 };
        const first = await store.list(list);
        expect([first.operations.length, first.more]).toEqual([1, true]);
        const second = await store.list({ ...list, after: first.operations[0] });
        expect([second.operations.length, second.more]).toEqual([1, false]);
        expect(new Set(ids([...first.operations, ...second.operations]))).toEqual(
          new Set(['a', 'b'].map(idOf)),
        );
      });

      describe('and was due', () => {
        const list = { tenant_id: 'school-1', page_size: 9 };
        const due = async (at = now) => ids((await store.due(at, 9)).map(({ operation }) => operation));
        let mend: () => Promise<void>;
        beforeEach(async () => {
          await put(queued('a'), queued('b', { due_at: START + 1 }));
          mend = await place.damage(idOf('a'));
          expect(await store.due(START, 9)).toEqual([]);
        });

        it('is told once, whoever asks and however often', async () => {
          expect(onCorrupt.mock.calls.map(([id]) => id)).toEqual([idOf('a')]);
          now += SET_ASIDE_MS - 1;
          await other.due(now, 9);
          now += 1;
          expect(await due()).toEqual([idOf('b')]);
          await store.due(Number.MAX_SAFE_INTEGER, 9);
          expect(onCorrupt).toHaveBeenCalledTimes(1);
        });

        it('is told once by two that meet it together', async () => {
          await put(queued('c'));
          await place.damage(idOf('c'));
          onCorrupt.mockReset();
          await Promise.all([store.due(START, 9), other.due(START, 9)]);
          expect(onCorrupt.mock.calls.map(([id]) => id)).toEqual([idOf('c')]);
        });

        it('is not counted and not listed, and is the same fault when it is read', async () => {
          expect(await store.countUnfinished('school-1', 9)).toBe(1);
          expect(ids((await store.list(list)).operations)).toEqual([idOf('b')]);
          expect(ids((await store.list({ ...list, status: 'queued' })).operations)).toEqual([idOf('b')]);
          await expect(store.read(idOf('a'))).rejects.toThrow(RecordCorrupt);
          expect(await store.create(queued('a'))).toBeUndefined();
        });

        it('is itself again a day after it was mended, and to every write at once', async () => {
          await mend();
          now += SET_ASIDE_MS - 1;
          expect(await due()).toEqual([idOf('b')]);
          now += 1;
          const found = await store.due(now, 9);
          expect(ids(found.map(({ operation }) => operation))).toEqual(['b', 'a'].map(idOf));
          const stored = await store.read(idOf('a'));
          expect(stored?.version).toBe(found[1]?.version);
          await store.update(running('a', { due_at: START + 5 }), stored?.version ?? '');
          expect(await due(START + 5)).toEqual(['b', 'a'].map(idOf));
          expect(await store.countUnfinished('school-1', 9)).toBe(2);
          expect(ids((await store.list({ ...list, status: 'running' })).operations)).toEqual([idOf('a')]);
        });

        it('gives way at the end of its retention', async () => {
          now = START + RETENTION;
          expect(await store.read(idOf('a'))).toBeUndefined();
          const record = queued('a', { expire_at: now + RETENTION });
          expect(await store.create(record)).toBeTypeOf('string');
          expect((await store.read(idOf('a')))?.operation).toEqual(record);
          expect(await due(START)).toEqual([idOf('a')]);
        });
      });

      it('holds its id', async () => {
        await put(queued('a'));
        await place.damage(idOf('a'));
        expect(await store.create(queued('a'))).toBeUndefined();
      });
    });

    it('answers a ping', async () => {
      await expect(store.ping()).resolves.toBeUndefined();
    });

    it('may be closed twice', async () => {
      await store.close();
      await expect(store.close()).resolves.toBeUndefined();
    });
  });
}
