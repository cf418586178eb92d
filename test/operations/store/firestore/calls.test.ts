import { describe, expect, it } from 'vitest';
import { createFirestoreStore } from '../../../../shared/operations/store/firestore/store.ts';
import { failed, idOf, queued, running, START, succeeded } from '../../../contract/records.ts';
import { newProject } from '../../../support/firestore-emulator.ts';
import {
  counted,
  HASTY,
  hasty,
  other,
  overEachTransport,
  projectId,
  proxy,
  rpcs,
  seed,
  store,
} from './through-proxy.ts';

overEachTransport((_transport, preferRest) => {
  it('is warm without an RPC, also where nothing answers', async () => {
    await hasty.warm();
    expect(rpcs()).toEqual([]);
    const { host } = proxy;
    await proxy.close();
    // It waits for a connection as long as one attempt may. The test would not wait for a whole operation.
    const patient = { timeoutMs: 60_000, attemptTimeoutMs: HASTY.attemptTimeoutMs };
    const away = createFirestoreStore({
      projectId: newProject(),
      ...patient,
      emulatorHost: host,
      preferRest,
    });
    await away.warm();
    await away.close();
  });

  it('says with each call where it is to go, as the generated client does', async () => {
    await store.create(queued('a'));
    await store.read(idOf('a'));
    await store.due(START, 1);
    await store.countUnfinished('school-1', 1);
    const database = `database=projects%2F${projectId}%2Fdatabases%2F(default)`;
    const parent = `parent=projects%2F${projectId}%2Fdatabases%2F(default)%2Fdocuments`;
    expect(proxy.rpcs.map(({ routing }) => routing)).toEqual([database, database, parent, parent]);
  });

  describe('costs', () => {
    it('one RPC a create, read, update, list and due', async () => {
      const first = await store.create(queued('a'));
      await store.read(idOf('a'));
      const second = await store.update(running('a'), first ?? '');
      await store.update(succeeded('a', {}), second ?? '');
      await store.list({ tenant_id: 'school-1', page_size: 20 });
      await store.due(START, 20);
      expect(rpcs()).toEqual(['Commit', 'BatchGetDocuments', 'Commit', 'Commit', 'RunQuery', 'RunQuery']);
    });

    it('one RPC an update that is refused, and two a create that is', async () => {
      const version = await seed();
      await other.update(running('a'), version);
      expect(await store.update(failed('a'), version)).toBeUndefined();
      expect(rpcs()).toEqual(['Commit']);
      expect(await store.create(queued('a'))).toBeUndefined();
      expect(rpcs()).toEqual(['Commit', 'Commit', 'BatchGetDocuments']);
    });

    it('one RPC for all writes of a process that build on the same state, and a look for each create', async () => {
      const hundred = <T>(call: (n: number) => Promise<T>) =>
        Promise.all(Array.from({ length: 100 }, (_, n) => call(n)));
      const made = await hundred((n) => store.create(queued('a', { generation: n })));
      const [version] = made.filter((one) => one !== undefined);
      expect(made.filter((one) => one !== undefined)).toHaveLength(1);
      const read = await store.read(idOf('a'));
      expect(read).toEqual({ operation: queued('a', { generation: made.indexOf(version) }), version });
      expect(counted()).toEqual({ Commit: 1, BatchGetDocuments: 100 });
      proxy.rpcs.length = 0;
      const updated = await hundred((n) => store.update(running('a', { generation: n }), version ?? ''));
      expect(updated.filter((one) => one !== undefined)).toHaveLength(1);
      expect(counted()).toEqual({ Commit: 1 });
    });

    it('none for an id or a version that cannot be', async () => {
      await store.read('../secret');
      await store.update(queued('a'), 'nonsense');
      expect(rpcs()).toEqual([]);
    });
  });
});
