import { describe, expect, it } from 'vitest';
import type { Stored } from '../../shared/operations/store/port.ts';
import { failed, idOf, queued, running, START } from './records.ts';
import { clock, each, other, put, store, write } from './store-place.ts';

/** What `OperationStore` promises to those who follow a record. */
export function watchTests(): void {
  describe('watch', () => {
    const told: (Stored | undefined)[] = [];
    const follow = (name: string, by = store) => {
      told.length = 0;
      return by.watch(idOf(name), (stored) => told.push(stored));
    };
    const last = () => expect.poll(() => told.at(-1)?.operation);

    it('tells the present state, and each later one that this process writes', async () => {
      let version = await write(queued('a'));
      const stop = follow('a');
      await last().toEqual(queued('a'));
      version = (await store.update(running('a'), version)) ?? '';
      await last().toEqual(running('a'));
      version = (await store.update(failed('a'), version)) ?? '';
      await last().toEqual(failed('a'));
      expect(told.at(-1)?.version).toBe(version);
      await store.erase(idOf('a'), version);
      await expect.poll(() => told.at(-1)).toBeUndefined();
      stop();
    });

    it('tells what another connection writes', async () => {
      const version = await write(queued('a'));
      const stop = follow('a', other);
      await last().toEqual(queued('a'));
      const next = (await store.update(failed('a'), version)) ?? '';
      await last().toEqual(failed('a'));
      await store.erase(idOf('a'), next);
      await expect.poll(() => told.at(-1)).toBeUndefined();
      stop();
    });

    it('tells that there is none, until there is one', async () => {
      const stop = follow('a');
      await expect.poll(() => told.length).toBeGreaterThan(0);
      expect(told.every((stored) => stored === undefined)).toBe(true);
      await put(queued('a'));
      await last().toEqual(queued('a'));
      stop();
    });

    it('tells all who follow, and each record to its own', async () => {
      const versions = await Promise.all(each(5).map((n) => write(queued(`r${n}`))));
      const seen = each(10).map((): string[] => []);
      const stops = seen.map((of, n) =>
        store.watch(idOf(`r${n % 5}`), (stored) =>
          of.push(`${stored?.operation.request_id} ${stored?.operation.status}`),
        ),
      );
      await expect.poll(() => seen.every((of) => of.length > 0)).toBe(true);
      await Promise.all(versions.map((version, n) => store.update(running(`r${n}`), version)));
      const expected = each(10).map((n) => `request-r${n % 5} running`);
      await expect.poll(() => seen.map((of) => of.at(-1))).toEqual(expected);
      for (const stop of stops) stop();
    });

    it('tells those who have stopped nothing, and those who have not', async () => {
      const version = await write(queued('a'));
      const stopped: unknown[] = [];
      const stop = store.watch(idOf('a'), (stored) => stopped.push(stored));
      const stopOther = follow('a');
      await expect.poll(() => stopped.length).toBeGreaterThan(0);
      await last().toEqual(queued('a'));
      stop();
      stop();
      // A store may tell of the same state twice.
      const before = stopped.length;
      await store.update(running('a'), version);
      await last().toEqual(running('a'));
      expect(stopped).toHaveLength(before);
      stopOther();
    });

    it('tells that a record is past its retention when it is asked again', async () => {
      await put(queued('a', { expire_at: START + 5 }));
      clock.now = START + 5;
      const stop = follow('a');
      await expect.poll(() => told.length).toBeGreaterThan(0);
      expect(told.every((stored) => stored === undefined)).toBe(true);
      stop();
    });
  });
}
