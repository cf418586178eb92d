import { describe, expect, it } from 'vitest';
import { lifetimeTests } from './store-ends.ts';
import { connectStores, type StorePlace, store } from './store-place.ts';
import { queryTests } from './store-queries.ts';
import { recordTests } from './store-records.ts';
import { watchTests } from './store-watch.ts';

/** What `OperationStore` promises. An adapter passes by handing over how a place for it is made. */
export function storeSuite(name: string, makePlace: () => Promise<StorePlace>, skip = false): void {
  describe.skipIf(skip)(`operation store: ${name}`, () => {
    connectStores(makePlace);

    recordTests();
    queryTests();
    lifetimeTests();
    watchTests();

    it('answers a ping', async () => {
      await expect(store.ping()).resolves.toBeUndefined();
    });

    it('may be closed twice', async () => {
      await store.close();
      await expect(store.close()).resolves.toBeUndefined();
    });
  });
}
