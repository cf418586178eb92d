import { beforeEach, describe, expect, it } from 'vitest';
import { RecordCorrupt, SET_ASIDE_MS } from '../../shared/operations/store/port.ts';
import { failed, idOf, queued, RETENTION, running, START } from './records.ts';
import { clock, each, ids, MINUTE, onCorrupt, other, place, put, store, write } from './store-place.ts';

/** What `OperationStore` promises of records past their retention and of records that cannot be read. */
export function lifetimeTests(): void {
  describe('a record past its retention', () => {
    const expire_at = START + MINUTE;
    beforeEach(() => put(queued('a', { expire_at })));

    it('is there until then', async () => {
      clock.now = expire_at - 1;
      expect((await store.read(idOf('a')))?.operation.id).toBe(idOf('a'));
      expect((await store.list({ tenant_id: 'school-1', page_size: 1 })).operations).toHaveLength(1);
    });

    it('exists for no reader', async () => {
      await put(queued('b', { created_at: START - 1 }), queued('c', { created_at: START - 2 }));
      clock.now = expire_at;
      expect(await store.read(idOf('a'))).toBeUndefined();
      const page = await store.list({ tenant_id: 'school-1', page_size: 1 });
      expect([ids(page.operations), page.more]).toEqual([[idOf('b')], true]);
      expect((await store.list({ tenant_id: 'school-1', page_size: 2 })).more).toBe(false);
    });

    it('makes room for a new one, which no version of the old one can touch', async () => {
      const old = await store.read(idOf('a'));
      clock.now = expire_at;
      const record = failed('a', { expire_at: expire_at + RETENTION });
      const versions = await Promise.all([store.create(record), other.create(record)]);
      const [version] = versions.filter((one) => one !== undefined);
      expect(versions.filter((one) => one !== undefined)).toHaveLength(1);
      expect(await store.read(idOf('a'))).toEqual({ operation: record, version });
      expect(await store.update(running('a'), old?.version ?? '')).toBeUndefined();
      expect(await store.due(clock.now, 10)).toEqual([]);
    });
  });

  describe('erase', () => {
    it('leaves nothing to any reader, and does it once', async () => {
      const version = await write(failed('a'));
      const erasures = await Promise.all([store.erase(idOf('a'), version), other.erase(idOf('a'), version)]);
      expect(erasures.toSorted()).toEqual([false, true]);
      for (const one of [store, other]) {
        expect(await one.read(idOf('a'))).toBeUndefined();
        expect((await one.list({ tenant_id: 'school-1', page_size: 9 })).operations).toEqual([]);
      }
      expect(await store.erase(idOf('a'), version)).toBe(false);
    });

    it('leaves a record whose version moved, and knows no other versions', async () => {
      const first = await write(running('a'));
      const second = (await store.update(failed('a'), first)) ?? '';
      for (const version of [first, '', 'nonsense', '1.5']) {
        expect(await other.erase(idOf('a'), version)).toBe(false);
      }
      expect(await store.read(idOf('a'))).toEqual({ operation: failed('a'), version: second });
    });

    it('makes room for a new record, which no version of the old one can touch', async () => {
      const old = await write(failed('a'));
      await store.erase(idOf('a'), old);
      expect(await store.update(running('a'), old)).toBeUndefined();
      clock.now += 1;
      const version = await other.create(queued('a'));
      expect(version).toBeTypeOf('string');
      expect(await store.update(running('a'), old)).toBeUndefined();
      expect(await store.erase(idOf('a'), old)).toBe(false);
      expect(await store.read(idOf('a'))).toEqual({ operation: queued('a'), version });
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
      const due = async (at = clock.now) => ids((await store.due(at, 9)).map(({ operation }) => operation));
      let mend: () => Promise<void>;
      beforeEach(async () => {
        await put(queued('a'), queued('b', { due_at: START + 1 }));
        mend = await place.damage(idOf('a'));
        expect(await store.due(START, 9)).toEqual([]);
      });

      it('is told once, whoever asks and however often', async () => {
        expect(onCorrupt.mock.calls.map(([id]) => id)).toEqual([idOf('a')]);
        clock.now += SET_ASIDE_MS - 1;
        await other.due(clock.now, 9);
        clock.now += 1;
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
        clock.now += SET_ASIDE_MS - 1;
        expect(await due()).toEqual([idOf('b')]);
        clock.now += 1;
        const found = await store.due(clock.now, 9);
        expect(ids(found.map(({ operation }) => operation))).toEqual(['b', 'a'].map(idOf));
        const stored = await store.read(idOf('a'));
        expect(stored?.version).toBe(found[1]?.version);
        await store.update(running('a', { due_at: START + 5 }), stored?.version ?? '');
        expect(await due(START + 5)).toEqual(['b', 'a'].map(idOf));
        expect(await store.countUnfinished('school-1', 9)).toBe(2);
        expect(ids((await store.list({ ...list, status: 'running' })).operations)).toEqual([idOf('a')]);
      });

      it('gives way at the end of its retention', async () => {
        clock.now = START + RETENTION;
        expect(await store.read(idOf('a'))).toBeUndefined();
        const record = queued('a', { expire_at: clock.now + RETENTION });
        expect(await store.create(record)).toBeTypeOf('string');
        expect((await store.read(idOf('a')))?.operation).toEqual(record);
        expect(await due(START)).toEqual([idOf('a')]);
      });
    });

    it('keeps its id from a new record', async () => {
      await put(queued('a'));
      await place.damage(idOf('a'));
      expect(await store.create(queued('a'))).toBeUndefined();
    });
  });
}
