import { afterAll, afterEach, beforeEach, expect, vi } from 'vitest';
import type { Operation } from '../../shared/operations/record/record.ts';
import type { OperationStore } from '../../shared/operations/store/port.ts';
import type { OnCorrupt } from '../../shared/operations/store/serialise.ts';
import { START } from './records.ts';

/** One empty place to store operations in, to which several stores can be connected. */
export interface StorePlace {
  connect(options: { now: () => number; onCorrupt: OnCorrupt; lookEveryMs?: number }): OperationStore;
  /** Makes the record under `id` unreadable as an operation, leaving what queries look at. Resolves to what mends it. */
  damage(id: string): Promise<() => Promise<void>>;
  remove(): Promise<void>;
}

export const MINUTE = 60_000;

/** The place of the present test, which is empty when the test begins. */
export let place: StorePlace;
export let store: OperationStore;
/** A second connection to the same data, as another instance has it. */
export let other: OperationStore;
/** The time that both connections read, in milliseconds. */
export const clock = { now: START };
export const onCorrupt = vi.fn<OnCorrupt>();

/** Gives each test of the present suite a place of its own, with two connections to it. */
export function connectStores(makePlace: () => Promise<StorePlace>): void {
  const used: StorePlace[] = [];
  beforeEach(async () => {
    clock.now = START;
    onCorrupt.mockReset();
    place = await makePlace();
    used.push(place);
    const options = { now: () => clock.now, onCorrupt, lookEveryMs: 50 };
    store = place.connect(options);
    other = place.connect(options);
  });
  afterEach(async () => {
    await Promise.all([store.close(), other.close()]);
  });
  afterAll(async () => {
    for (const one of used) await one.remove();
  });
}

export const put = async (...records: Operation[]) => {
  for (const record of records) expect(await store.create(record)).toBeTypeOf('string');
};
export const write = async (record: Operation) => {
  const version = await store.create(record);
  if (version === undefined) throw new Error('the id exists');
  return version;
};
export const ids = (operations: readonly { id: string }[]) => operations.map(({ id }) => id);
export const each = (count: number) => Array.from({ length: count }, (_, index) => index);
