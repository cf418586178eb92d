import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { RecentRecords } from '../../../../shared/operations/store/sqlite/recent-records.ts';
import { createSqliteStore, type SqliteStore } from '../../../../shared/operations/store/sqlite/store.ts';
import { idOf, running, START, succeeded } from '../../../contract/records.ts';

const inMemory = vi.hoisted(() => ({ recent: undefined as RecentRecords | undefined }));
vi.mock('../../../../shared/operations/store/sqlite/recent-records.ts', async (original) => {
  const actual =
    await original<typeof import('../../../../shared/operations/store/sqlite/recent-records.ts')>();
  return {
    ...actual,
    createRecentRecords: () => {
      inMemory.recent = actual.createRecentRecords();
      return inMemory.recent;
    },
  };
});
const kept = () => inMemory.recent?.recall(idOf('a'))?.stored.operation;

let directory: string;
let store: SqliteStore;
let clock = START;
beforeEach(() => {
  clock = START;
  directory = mkdtempSync(join(tmpdir(), 'in-memory-'));
  store = createSqliteStore({ path: join(directory, 'operations.db'), now: () => clock });
});
afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});
const stored = async () => {
  const version = await store.create(succeeded('a', { n: 1 }));
  expect(kept()).toBeUndefined();
  await store.read(idOf('a'));
  expect(kept()).toBeUndefined();
  expect((await store.read(idOf('a')))?.operation).toBe(kept());
  expect(kept()).toBeDefined();
  return version ?? '';
};

it('a record that is read a third time comes from memory, unless it has changed', async () => {
  const version = await store.create(running('a'));
  const first = await store.read(idOf('a'));
  const second = await store.read(idOf('a'));
  expect(second?.operation).not.toBe(first?.operation);
  expect((await store.read(idOf('a')))?.operation).toBe(second?.operation);
  await store.update(succeeded('a', { n: 1 }), version ?? '');
  expect((await store.read(idOf('a')))?.operation.status).toBe('succeeded');
});

it('records that are read once each displace none that is read often', async () => {
  await stored();
  for (let n = 0; n < 200; n += 1) {
    await store.create(running(`n${n}`));
    await store.read(idOf(`n${n}`));
  }
  expect(inMemory.recent?.size).toBe(1);
  expect(kept()).toBeDefined();
});

it('all of some that are read in turn come from memory', async () => {
  const names = Array.from({ length: 60 }, (_, n) => `n${n}`);
  await Promise.all(names.map((name) => store.create(running(name))));
  const readAll = () => Promise.all(names.map(async (name) => (await store.read(idOf(name)))?.operation));
  await readAll();
  const second = await readAll();
  expect(second).not.toContain(undefined);
  (await readAll()).forEach((operation, n) => {
    expect(operation).toBe(second[n]);
  });
});

it('what a record was is in memory no more once it was read anew, though between many others', async () => {
  const version = await stored();
  const { recent } = inMemory;
  await store.update(succeeded('a', { n: 2 }), version);
  for (let n = 0; n < 70; n += 1) {
    await store.create(running(`n${n}`));
    await store.read(idOf(`n${n}`));
  }
  expect(kept()).toBeDefined();
  expect((await store.read(idOf('a')))?.operation).toMatchObject({ result: { n: 2 } });
  expect(recent?.recall(idOf('a'))).toBeUndefined();
});

it('an erased record is in memory no more, though it was read while it was erased', async () => {
  const erasing = store.erase(idOf('a'), await stored());
  expect(await store.read(idOf('a'))).toBeDefined();
  expect(await erasing).toBe(true);
  expect(kept()).toBeUndefined();
});

it('nor is one that another process has erased, once it was looked for', async () => {
  const version = await stored();
  const { recent } = inMemory;
  const other = createSqliteStore({ path: join(directory, 'operations.db'), now: () => clock });
  await other.erase(idOf('a'), version);
  await other.close();
  expect(await store.read(idOf('a'))).toBeUndefined();
  expect(recent?.recall(idOf('a'))).toBeUndefined();
});

it('nor one that was purged', async () => {
  await stored();
  clock = succeeded('a', { n: 1 }).expire_at;
  expect(await store.purge(clock)).toBe(1);
  expect(kept()).toBeUndefined();
});
