import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../../../../shared/operations/store/port.ts';
import { PAGE_BYTES } from '../../../../shared/operations/store/sqlite/open.ts';
import { createSqliteStore, type SqliteStore } from '../../../../shared/operations/store/sqlite/store.ts';
import type { Request } from '../../../../shared/operations/store/sqlite/writes.ts';
import { idOf, queued, START } from '../../../contract/records.ts';
import { writeInline } from '../../../support/inline-writes.ts';

describe('how far a store trusts its database', () => {
  let directory: string;
  let path: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'trust-'));
    path = join(directory, 'operations.db');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('a page that is not what SQLite wrote ends it for every call, also for those that do not need it', async () => {
    const store = createSqliteStore({ path, now: () => START });
    await Promise.all(Array.from({ length: 40 }, (_, n) => store.create(queued(`n${n}`))));
    {
      using db = new DatabaseSync(path);
      db.exec('PRAGMA wal_checkpoint(PASSIVE)');
      const root = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'unfinished'").get();
      const file = openSync(path, 'r+');
      writeSync(
        file,
        Buffer.alloc(PAGE_BYTES, 'x'),
        0,
        PAGE_BYTES,
        (Number(root?.['rootpage']) - 1) * PAGE_BYTES,
      );
      closeSync(file);
    }
    expect(statSync(path).size).toBeGreaterThan(PAGE_BYTES);
    const list = () => store.list({ tenant_id: 'school-1', page_size: 1 });
    await expect(list()).rejects.toThrow(StoreUnavailable);
    const read = () => store.read(idOf('n1'));
    for (const call of [read, () => store.ping(), () => store.create(queued('b')), list])
      await expect(call()).rejects.toThrow(StoreUnavailable);
    await store.close();
  });

  /** The store, and what its writer was asked; what `refuses` is refused. */
  const overheard = () => {
    const asked: Request[] = [];
    const refuse = { next: false };
    const store: SqliteStore = createSqliteStore({ path, now: () => START }, (options) => {
      const writer = writeInline(options);
      return {
        ...writer,
        ask: async (request) => {
          asked.push(request);
          await undefined;
          if (refuse.next) throw new StoreUnavailable('SQLite: database or disk is full');
          return writer.ask(request);
        },
      };
    });
    return { store, asked, refuse };
  };

  it('a ping writes for a trial if the last write was refused, until one is made', async () => {
    const { store, asked, refuse } = overheard();
    const ping = async () => {
      await store.ping().catch(() => undefined);
      return asked.at(-1);
    };
    expect(await ping()).toEqual({ kind: 'ping', trial: false });
    refuse.next = true;
    await expect(store.create(queued('a'))).rejects.toThrow(StoreUnavailable);
    expect(await ping()).toEqual({ kind: 'ping', trial: true });
    refuse.next = false;
    // That nothing had to be written proves nothing.
    expect(await store.postpone(idOf('a'), '1.1', START)).toBe(false);
    expect(await ping()).toEqual({ kind: 'ping', trial: true });
    expect(await ping()).toEqual({ kind: 'ping', trial: false });
    refuse.next = true;
    await store.create(queued('a')).catch(() => undefined);
    refuse.next = false;
    await store.create(queued('a'));
    expect(await ping()).toEqual({ kind: 'ping', trial: false });
    await store.close();
  });

  it('pings at one time are one', async () => {
    const { store, asked } = overheard();
    await Promise.all(Array.from({ length: 50 }, () => store.ping()));
    expect(asked).toHaveLength(1);
    await store.ping();
    expect(asked).toHaveLength(2);
    await store.close();
  });
});
