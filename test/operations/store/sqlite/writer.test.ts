import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isFailure, type Reply } from '../../../../shared/operations/store/sqlite/commit.ts';
import { openForReads, PAGE_BYTES } from '../../../../shared/operations/store/sqlite/open.ts';
import { rowAt } from '../../../../shared/operations/store/sqlite/own-row.ts';
import { probe } from '../../../../shared/operations/store/sqlite/probe.ts';
import { rowOf } from '../../../../shared/operations/store/sqlite/row.ts';
import type { RowVersion } from '../../../../shared/operations/store/sqlite/version.ts';
import { createWriter, type Writer } from '../../../../shared/operations/store/sqlite/writer.ts';
import type { Request } from '../../../../shared/operations/store/sqlite/writes.ts';
import { failed, idOf, queued, running, START, succeeded } from '../../../contract/records.ts';

const PING: Request = { kind: 'ping', trial: false };
const create = (record: Parameters<typeof rowOf>[0]): Request => ({
  kind: 'create',
  row: rowOf(record),
  now: START,
});
const ofNew = (name: string) => ({ version: START * 1000, rowid: rowAt(START, idOf(name)) });
const large = (name: string) => create(queued(name, { input: { text: 'x'.repeat(40_000) } }));

describe('the writer of a store', () => {
  let directory: string;
  let path: string;
  let reader: DatabaseSync;
  let writer: Writer;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'writer-'));
    path = join(directory, 'operations.db');
    const opened = openForReads(path, 1000);
    reader = opened.db;
    writer = createWriter({ path, files: opened.files, lockTimeoutMs: 1000 });
  });
  afterEach(() => {
    writer.close();
    reader.close();
    rmSync(directory, { recursive: true });
  });

  const log = () =>
    reader.prepare('PRAGMA wal_checkpoint(NOOP)').get() as { log: number; checkpointed: number };
  const rootOf = (name: string) =>
    Number(reader.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').get(name)?.['rootpage']);
  /** As somebody does who is not SQLite. */
  const overwrite = (page: number) => {
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(PAGE_BYTES, 'x'), 0, PAGE_BYTES, (page - 1) * PAGE_BYTES);
    closeSync(file);
  };

  describe('erasing', () => {
    const inFiles = (words: string) =>
      [path, `${path}-wal`].filter((file) => readFileSync(file).includes(words));
    const erase = (reply: Reply | undefined, id: string): Request => {
      if (typeof reply !== 'object' || isFailure(reply)) throw new Error('not written');
      return { kind: 'erase', id, version: reply.version };
    };
    /** A record that went through its life among others, and left copies of its text wherever SQLite had it. */
    function live(name: string, words: string): Request {
      const input = { text: words.repeat(300) };
      let [reply] = writer.carryOut([create(queued(name, { input })), large(`beside-${name}`)]);
      for (const record of [
        running(name, { input }),
        succeeded(name, { corrected_text: words }, { input }),
      ]) {
        const { version, rowid } = reply as RowVersion;
        [reply] = writer.carryOut([{ kind: 'update', row: rowOf(record), version, rowid }]);
        writer.checkpoint(1);
      }
      return erase(reply, idOf(name));
    }

    it('leaves nothing of a text in the files, when it is answered', () => {
      const erasures = Array.from({ length: 20 }, (_, n) => live(`n${n}`, `ரகசியம் ${n}.`));
      expect(inFiles('ரகசியம்')).not.toEqual([]);
      expect(writer.carryOut(erasures)).toEqual(erasures.map(() => 1));
      expect(inFiles('ரகசியம்')).toEqual([]);
      expect(statSync(`${path}-wal`).size).toBe(0);
      expect(reader.prepare('SELECT count(*) AS left FROM operations').get()).toEqual({ left: 20 });
    });

    it('waits for no reader, and leaves nothing once that has gone', () => {
      const erasure = live('a', 'ரகசியம்.');
      using slow = new DatabaseSync(path);
      slow.exec('BEGIN; SELECT count(*) FROM operations');
      expect(writer.carryOut([erasure])).toEqual([1]);
      expect(inFiles('ரகசியம்')).not.toEqual([]);
      slow.exec('COMMIT');
      writer.checkpoint(1_000_000);
      expect(inFiles('ரகசியம்')).toEqual([]);
    });
  });

  it('leaves checkpoints to be asked for, and brings the log into the database when it is long', () => {
    writer.carryOut(Array.from({ length: 200 }, (_, n) => large(`n${n}`)));
    const { log: pages, checkpointed } = log();
    expect([pages > 1000, checkpointed]).toEqual([true, 0]);
    writer.checkpoint(pages + 1);
    expect(log()).toMatchObject({ log: pages, checkpointed: 0 });
    writer.checkpoint(pages);
    expect(log()).toMatchObject({ log: pages, checkpointed: pages });
    expect(statSync(path).size).toBeGreaterThan(200 * 40_000);
  });

  it('writes a log that is in the database anew, so that it does not grow for ever', () => {
    const sizes = Array.from({ length: 5 }, (_, round) => {
      writer.carryOut(Array.from({ length: 20 }, (_, n) => large(`${round}-${n}`)));
      writer.checkpoint(1);
      return statSync(`${path}-wal`).size;
    });
    expect(Math.max(...sizes)).toBeLessThan(2 * Math.min(...sizes));
  });

  it('goes on where another process has made a checkpoint', () => {
    writer.carryOut([create(queued('a'))]);
    {
      using other = new DatabaseSync(path);
      other.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    }
    expect(writer.carryOut([create(queued('b')), PING])).toEqual([ofNew('b'), 0]);
  });

  it('takes no more into a database that somebody has written into, even if it needs none of those pages', async () => {
    writer.carryOut([create(queued('a')), create(succeeded('b', {}))]);
    writer.checkpoint(1);
    // Files have the time of the last tick of the kernel's clock.
    await sleep(20);
    overwrite(rootOf('slots'));
    const replies = writer.carryOut([create(queued('c'))]);
    expect(replies).toEqual([{ failed: 'corrupt', message: expect.any(String) }]);
  });

  it('finds by a ping that the log was overwritten, which no time tells and no page in memory', () => {
    writer.carryOut([create(queued('a'))]);
    const { size } = statSync(`${path}-wal`);
    const file = openSync(`${path}-wal`, 'r+');
    writeSync(file, Buffer.alloc(size - 32, 'x'), 0, size - 32, 32);
    closeSync(file);
    expect(writer.carryOut([create(queued('b')), PING])).toEqual([
      ofNew('b'),
      { failed: 'corrupt', message: expect.any(String) },
    ]);
  });

  it('says what it cannot open', () => {
    const other = join(directory, 'other.db');
    const missing = createWriter({ path: other, files: openForReads(path, 1).files, lockTimeoutMs: 1 });
    expect(missing.carryOut([create(queued('a'))])).toEqual([
      { failed: 'outage', message: expect.any(String) },
    ]);
    missing.checkpoint(0);
    missing.close();
  });

  it('finds by a ping that a table or index cannot be read, whichever it is', () => {
    const records = [queued('a'), queued('b'), succeeded('c', {}), failed('d')];
    writer.carryOut([
      ...records.map(create),
      {
        kind: 'take-lock',
        name: 's',
        operation_id: 'x',
        taken_at: START,
        expire_at: START,
        version: undefined,
      },
    ]);
    writer.checkpoint(1);
    const roots = reader.prepare('SELECT name, rootpage FROM sqlite_schema').all();
    expect(roots.length).toBeGreaterThanOrEqual(8);
    writer.close();
    reader.close();
    probe(path, 1000);
    const sound = new Map(roots.map(({ name, rootpage }) => [String(name), Number(rootpage)]));
    for (const [name, page] of sound) {
      const before = Buffer.alloc(PAGE_BYTES);
      const file = openSync(path, 'r+');
      readSync(file, before, 0, PAGE_BYTES, (page - 1) * PAGE_BYTES);
      writeSync(file, Buffer.alloc(PAGE_BYTES, 'x'), 0, PAGE_BYTES, (page - 1) * PAGE_BYTES);
      expect(() => probe(path, 1000), name).toThrow(/malformed|not a database/);
      writeSync(file, before, 0, PAGE_BYTES, (page - 1) * PAGE_BYTES);
      closeSync(file);
    }
    probe(path, 1000);
    reader = openForReads(path, 1000).db;
  });
});
