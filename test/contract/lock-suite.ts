import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Lock, OperationStore } from '../../shared/operations/store/port.ts';
import { idOf, RETENTION, START } from './records.ts';
import type { StorePlace } from './store-place.ts';

const lock = (name: string, changes: Partial<Lock> = {}): Lock => ({
  operation_id: idOf(name),
  taken_at: START,
  expire_at: START + RETENTION,
  ...changes,
});

/** What `LockStore` promises, of every adapter. */
export function lockSuite(name: string, makePlace: () => Promise<StorePlace>, skip = false): void {
  describe.skipIf(skip)(`locks: ${name}`, () => {
    let store: OperationStore;
    /** A second connection to the same data, as another instance has it. */
    let other: OperationStore;
    const used: StorePlace[] = [];

    beforeEach(async () => {
      const place = await makePlace();
      used.push(place);
      const options = { now: () => START, onCorrupt: vi.fn() };
      [store, other] = [place.connect(options), place.connect(options)];
    });
    afterEach(async () => {
      await Promise.all([store.close(), other.close()]);
    });
    afterAll(async () => {
      for (const one of used) await one.remove();
    });
    const versionOf = async (key: string) => (await store.readLock(key))?.version;

    it('nobody has a lock that was never taken', async () => {
      expect(await store.readLock('free')).toBeUndefined();
    });

    it('who took it is read by another connection', async () => {
      expect(await store.takeLock('a', lock('one'), undefined)).toBe(true);
      expect(await other.readLock('a')).toEqual({ ...lock('one'), version: expect.any(String) });
    });

    it('one that is taken is not taken as a free one, and stays as it is', async () => {
      await store.takeLock('a', lock('one'), undefined);
      expect(await other.takeLock('a', lock('two'), undefined)).toBe(false);
      expect(await store.readLock('a')).toMatchObject(lock('one'));
    });

    it('it passes on with the version that was read, once', async () => {
      await store.takeLock('a', lock('one'), undefined);
      const version = await versionOf('a');
      const later = { taken_at: START + 60_001, expire_at: START + RETENTION + 60_001 };
      expect(await other.takeLock('a', lock('two', later), version)).toBe(true);
      expect(await other.readLock('a')).toMatchObject(lock('two', later));
      expect(await versionOf('a')).not.toBe(version);
      expect(await store.takeLock('a', lock('three'), version)).toBe(false);
      expect(await store.readLock('a')).toMatchObject(lock('two', later));
    });

    it('a version moves also when time did not', async () => {
      await store.takeLock('a', lock('one'), undefined);
      const version = await versionOf('a');
      await store.takeLock('a', lock('two'), version);
      expect(await store.takeLock('a', lock('three'), version)).toBe(false);
    });

    it.each(['', 'nonsense', '1', '99999999.999999000'])(
      'nothing passes on with the version %j, which it never had',
      async (version) => {
        await store.takeLock('a', lock('one'), undefined);
        expect(await store.takeLock('a', lock('two'), version)).toBe(false);
        expect(await store.takeLock('never taken', lock('two'), version)).toBe(false);
        expect(await store.readLock('never taken')).toBeUndefined();
      },
    );

    it('one of twenty gets a free one, and one of twenty one that has been read', async () => {
      const race = (tag: string, version: string | undefined) =>
        Promise.all(
          Array.from({ length: 20 }, (_, n) =>
            (n % 2 ? store : other).takeLock('a', lock(`${tag}-${n}`), version),
          ),
        );
      for (const tag of ['first', 'second']) {
        const taken = await race(tag, await versionOf('a'));
        expect(taken.filter(Boolean)).toHaveLength(1);
        expect(await store.readLock('a')).toMatchObject(lock(`${tag}-${taken.indexOf(true)}`));
      }
    });

    it.each(['', '.', '..', 'a/b', '__id__', 'அ', '["x","\u0001"]', 'x'.repeat(3000)])(
      'a name may be any text: %s',
      async (key) => {
        expect(await store.takeLock(key, lock('one'), undefined)).toBe(true);
        expect(await store.readLock(key)).toMatchObject(lock('one'));
        expect(await store.readLock(`${key}x`)).toBeUndefined();
      },
    );

    it('locks are no operations', async () => {
      await store.takeLock('a', lock('one'), undefined);
      expect(await store.read(idOf('one'))).toBeUndefined();
      expect(await store.due(Number.MAX_SAFE_INTEGER, 10)).toEqual([]);
    });
  });
}
