import { describe, expect, it } from 'vitest';
import type { Operation, Unfinished } from '../../shared/operations/record/record.ts';
import { type Summary, summaryOf } from '../../shared/operations/record/summary.ts';
import { failed, idOf, queued, running, START, succeeded } from './records.ts';
import { each, ids, MINUTE, other, put, store, write } from './store-place.ts';

/** What `OperationStore` promises of queries over many records. */
export function queryTests(): void {
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
      expect(ids((await store.list({ ...ask, tenant_id: 'school-2' })).operations)).toEqual([idOf('theirs')]);
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

    it('lasts until the next write, and moves the version', async () => {
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
}
