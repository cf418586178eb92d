import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { MessagePort } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { createSqliteStore, type SqliteStore } from '../../../../shared/operations/store/sqlite/store.ts';
import { queued } from '../../../contract/records.ts';

const directory = mkdtempSync(join(tmpdir(), 'gather-'));
const path = join(directory, 'operations.db');
let store: SqliteStore;
beforeAll(async () => {
  store = createSqliteStore({ path, lockTimeoutMs: 60_000 });
  await store.ping();
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

/** How many requests each message to the thread holds. Each message is one commit. */
function messages(): number[] {
  const sizes: number[] = [];
  const { postMessage } = MessagePort.prototype;
  vi.spyOn(MessagePort.prototype, 'postMessage').mockImplementation(function (this: MessagePort, ...sent) {
    if (Array.isArray(sent[0])) sizes.push(sent[0].length);
    postMessage.apply(this, sent as Parameters<typeof postMessage>);
  });
  return sizes;
}
const create = (name: string) => store.create(queued(name));

it('writes of one turn are one commit, which waits for no other turn', async () => {
  const sent = messages();
  const writes: Promise<unknown>[] = [];
  // As three sockets do: the promises of one callback go on before the next callback is called.
  await new Promise<void>((resolve) => {
    for (const name of ['a', 'b', 'c']) setImmediate(() => writes.push(create(`turn-${name}`)));
    setImmediate(resolve);
  });
  expect(writes).toHaveLength(3);
  await turn();
  expect(sent).toEqual([3]);
  const versions = await Promise.all(writes);
  expect(versions.every((version) => typeof version === 'string')).toBe(true);
});

it('what is asked while a commit is under way is the next one', async () => {
  const sent = messages();
  using other = new DatabaseSync(path);
  // Until then the commit cannot end.
  other.exec('BEGIN IMMEDIATE');
  const first = create('alone');
  while (sent.length === 0) await turn();
  const writes = ['b', 'c', 'd'].map((name) => create(`later-${name}`));
  await sleep(10);
  expect(sent).toEqual([1]);
  other.exec('ROLLBACK');
  await Promise.all([first, ...writes]);
  expect(sent).toEqual([1, 3]);
});
