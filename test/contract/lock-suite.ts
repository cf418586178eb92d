import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OperationStore, Slot } from '../../shared/operations/store/port.ts';
import { idOf, RETENTION, START } from './records.ts';
import type { StorePlace } from './store-place.ts';

const slot = (name: string, changes: Partial<Slot> = {}): Slot => ({
  operation_id: idOf(name),
  taken_at: START,
  expire_at: START + RETENTION,
  ...changes,
});

/** What `SlotStore` promises, of every adapter. */
export function slotSuite(name: string, makePlace: () => Promise<StorePlace>, skip = false): void {
  describe.skipIf(skip)(`slots: ${name}`, () => {
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
    const versionOf = async (key: string) => (await store.readSlot(key))?.version;

    it('nobody has a slot that was never taken', async () => {
      expect(await store.readSlot('free')).toBeUndefined();
    });

    it('who took it is read by another connection', async () => {
      expect(await store.takeSlot('a', slot('one'), undefined)).toBe(true);
      expect(await other.readSlot('a')).toEqual({ ...slot('one'), version: expect.any(String) });
    });

    it('one that is taken is not taken as a free one, and stays as it is', async () => {
      await store.takeSlot('a', slot('one'), undefined);
      expect(await other.takeSlot('a', slot('two'), undefined)).toBe(false);
      expect(await store.readSlot('a')).toMatchObject(slot('one'));
    });

    it('it passes on with the version that was read, once', async () => {
      await store.takeSlot('a', slot('one'), undefined);
      const version = await versionOf('a');
      const later = { taken_at: START + 60_001, expire_at: START + RETENTION + 60_001 };
      expect(await other.takeSlot('a', slot('two', later), version)).toBe(true);
      expect(await other.readSlot('a')).toMatchObject(slot('two', later));
      expect(await versionOf('a')).not.toBe(version);
      expect(await store.takeSlot('a', slot('three'), version)).toBe(false);
      expect(await store.readSlot('a')).toMatchObject(slot('two', later));
    });

    it('a version moves also when time did not', async () => {
      await store.takeSlot('a', slot('one'), undefined);
      const version = await versionOf('a');
      await store.takeSlot('a', slot('two'), version);
      expect(await store.takeSlot('a', slot('three'), version)).toBe(false);
    });

    it.each(['', 'nonsense', '1', '99999999.999999000'])(
      'nothing passes on with the version %j, which it never had',
      async (version) => {
        await store.takeSlot('a', slot('one'), undefined);
        expect(await store.takeSlot('a', slot('two'), version)).toBe(false);
        expect(await store.takeSlot('never taken', slot('two'), version)).toBe(false);
        expect(await store.readSlot('never taken')).toBeUndefined();
      },
    );

    it('one of twenty gets a free one, and one of twenty one that has been read', async () => {
      const race = (tag: string, version: string | undefined) =>
        Promise.all(
          Array.from({ length: 20 }, (_, n) =>
            (n % 2 ? store : other).takeSlot('a', slot(`${tag}-${n}`), version),
          ),
        );
      for (const tag of ['first', 'second']) {
        const taken = await race(tag, await versionOf('a'));
        expect(taken.filter(Boolean)).toHaveLength(1);
        expect(await store.readSlot('a')).toMatchObject(slot(`${tag}-${taken.indexOf(true)}`));
      }
    });

    it.each(['', '.', '..', 'a/b', '__id__', 'அ', '["x","\u0001"]', 'x'.repeat(3000)])(
      'a name may be any text: %s',
      async (key) => {
        expect(await store.takeSlot(key, slot('one'), undefined)).toBe(true);
        expect(await store.readSlot(key)).toMatchObject(slot('one'));
        expect(await store.readSlot(`${key}x`)).toBeUndefined();
      },
    );

    it('slots are no operations', async () => {
      await store.takeSlot('a', slot('one'), undefined);
      expect(await store.read(idOf('one'))).toBeUndefined();
      expect(await store.due(Number.MAX_SAFE_INTEGER, 10)).toEqual([]);
    });
  });
}
