import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MOST_WRITES } from '../../../../shared/operations/store/firestore/document.ts';
import {
  createFirestoreStore,
  type FirestoreStore,
} from '../../../../shared/operations/store/firestore/store.ts';
import { RecordTooLarge, StoreUnavailable } from '../../../../shared/operations/store/port.ts';
import { failed, idOf, queued, RETENTION, running, START, succeeded } from '../../../contract/records.ts';
import {
  firestoreEmulator,
  newProject,
  noFirestoreEmulator,
  PATIENT,
} from '../../../support/firestore-emulator.ts';
import { type Fault, type FirestoreProxy, startFirestoreProxy } from '../../../support/firestore-proxy.ts';

const HASTY = { timeoutMs: 1000, attemptTimeoutMs: 250 };

describe.skipIf(noFirestoreEmulator).each([
  ['gRPC' as const, false],
  ['REST' as const, true],
])('Firestore store over %s', (transport, preferRest) => {
  let proxy: FirestoreProxy;
  let store: FirestoreStore;
  /** Gives up soon. */
  let hasty: FirestoreStore;
  /** Goes past the proxy. */
  let other: FirestoreStore;
  let now: number;
  let projectId: string;

  beforeEach(async () => {
    now = START;
    const emulatorHost = await firestoreEmulator();
    projectId = newProject();
    const options = { ...PATIENT, projectId, now: () => now };
    proxy = await startFirestoreProxy(emulatorHost, transport);
    store = createFirestoreStore({ ...options, emulatorHost: proxy.host, preferRest });
    hasty = createFirestoreStore({ ...options, ...HASTY, emulatorHost: proxy.host, preferRest });
    other = createFirestoreStore({ ...options, emulatorHost });
    await store.ping();
    proxy.rpcs.length = 0;
  });
  afterEach(async () => {
    await store.close();
    await hasty.close();
    await other.close();
    await proxy.close();
  });

  const rpcs = () => proxy.rpcs.map(({ method }) => method);
  const counted = () =>
    Object.fromEntries(
      Map.groupBy(rpcs(), (method) => method)
        .entries()
        .map(([method, all]) => [method, all.length]),
    );
  /** The first RPC of that name meets the fault, the next ones none. */
  const once = (method: string, fault: Fault) => {
    let met = false;
    proxy.fault = (rpc) => {
      if (met || rpc.method !== method) return undefined;
      met = true;
      return fault;
    };
  };
  const seed = async (record = queued('a')) => {
    const version = await other.create(record);
    if (version === undefined) throw new Error('exists');
    return version;
  };

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

  describe('whose answer is lost', () => {
    it('knows the record that it made itself', async () => {
      once('Commit', { kind: 'lose-answer' });
      const version = await store.create(queued('a'));
      expect(version).toBeTypeOf('string');
      expect(await store.read(idOf('a'))).toEqual({ operation: queued('a'), version });
      expect(rpcs().slice(0, -1)).toEqual(['Commit', 'BatchGetDocuments']);
    });

    it('knows it even when another has written over it, and has a version of no more use', async () => {
      const meanwhile = async () => other.update(running('a'), (await other.read(idOf('a')))?.version ?? '');
      once('Commit', { kind: 'lose-answer', meanwhile });
      const version = await store.create(queued('a'));
      expect(version).toBeTypeOf('string');
      expect(await store.update(failed('a'), version ?? '')).toBeUndefined();
      expect((await other.read(idOf('a')))?.operation).toEqual(running('a'));
    });

    it('knows the write that it did itself', async () => {
      const first = await seed();
      once('Commit', { kind: 'lose-answer' });
      const version = await store.update(running('a'), first);
      expect(await store.read(idOf('a'))).toEqual({ operation: running('a'), version });
    });

    it('knows that write even when another has written over it', async () => {
      const first = await seed();
      const meanwhile = async () => other.update(failed('a'), (await other.read(idOf('a')))?.version ?? '');
      once('Commit', { kind: 'lose-answer', meanwhile });
      const version = await store.update(running('a'), first);
      expect(version).toBeTypeOf('string');
      expect(await store.update(running('a'), version ?? '')).toBeUndefined();
      expect((await other.read(idOf('a')))?.operation).toEqual(failed('a'));
    });

    it('knows the record that it put in the place of one past its retention', async () => {
      await seed(queued('a', { expire_at: START + 1 }));
      now = START + 1;
      let commits = 0;
      proxy.fault = ({ method }) =>
        method === 'Commit' && ++commits === 2 ? { kind: 'lose-answer' } : undefined;
      const record = queued('a', { expire_at: START + RETENTION });
      const version = await store.create(record);
      expect(await store.read(idOf('a'))).toEqual({ operation: record, version });
    });

    it('asks again when it read', async () => {
      const version = await seed();
      once('BatchGetDocuments', { kind: 'lose-answer' });
      expect(await store.read(idOf('a'))).toEqual({ operation: queued('a'), version });
      once('RunQuery', { kind: 'lose-answer' });
      expect(await store.due(START, 5)).toHaveLength(1);
    });
  });

  describe('that wait for one of their own', () => {
    const both = () =>
      Promise.all(
        [queued('a'), queued('a', { generation: 1 })].map((one) => store.create(one).catch((e) => e)),
      );

    it('are not made because of its fault', async () => {
      once('Commit', { kind: 'status', code: 3, message: 'Document is too large' });
      const [tooLarge, version] = await both();
      expect(tooLarge).toBeInstanceOf(RecordTooLarge);
      expect(await store.read(idOf('a'))).toEqual({ operation: queued('a', { generation: 1 }), version });
    });

    it('look, and do not write, when its answer is lost', async () => {
      once('Commit', { kind: 'lose-answer' });
      const [version, refused] = await both();
      expect([typeof version, refused]).toEqual(['string', undefined]);
      expect(await store.read(idOf('a'))).toEqual({ operation: queued('a'), version });
      expect(counted()).toMatchObject({ Commit: 1 });
    });

    it('are not refused for one that builds on another state', async () => {
      const first = await seed();
      const second = (await other.update(queued('a', { generation: 1 }), first)) ?? '';
      const made = await Promise.all([first, second].map((one) => store.update(running('a'), one)));
      expect(made).toEqual([undefined, expect.any(String)]);
    });

    it('are tried themselves when it was not answered, and then not at all', async () => {
      const first = await seed();
      let commits = 0;
      proxy.fault = ({ method }) =>
        method === 'Commit' && commits < 2 ? { kind: 'status', code: [14, 7][commits++] ?? 0 } : undefined;
      const writes = [running('a'), failed('a')].map((one) =>
        store.update(one, first).catch((error) => error),
      );
      const made = await Promise.all(writes);
      expect(made.filter((one) => one instanceof StoreUnavailable)).toHaveLength(1);
      expect(made.filter((one) => typeof one === 'string')).toHaveLength(1);
    });

    it('are made in its place when it never arrived', async () => {
      once('Commit', { kind: 'status', code: 14 });
      const made = await both();
      expect(made.filter((one) => typeof one === 'string')).toHaveLength(1);
      expect(made).toContain(undefined);
    });
  });

  describe('whose first attempt never arrived', () => {
    it('does not take another’s record for its own, and sees it without another write', async () => {
      const meanwhile = () => other.create(queued('a', { request_id: 'another' }));
      once('Commit', { kind: 'status', code: 14, meanwhile });
      expect(await store.create(queued('a'))).toBeUndefined();
      expect(rpcs()).toEqual(['Commit', 'BatchGetDocuments']);
      expect((await store.read(idOf('a')))?.operation.request_id).toBe('another');
    });

    it.each([
      ['create', async () => store.create(queued('a'))],
      ['update', async () => store.update(running('a'), await seed())],
    ])('knows its own %s that is carried out only after it looked for it', async (_, write) => {
      once('Commit', { kind: 'late' });
      const version = await write();
      expect(version).toBeTypeOf('string');
      expect((await store.read(idOf('a')))?.version).toBe(version);
      expect(counted()).toMatchObject({ Commit: 2 });
    });

    it('does not take another’s write for its own', async () => {
      const first = await seed();
      once('Commit', { kind: 'status', code: 14, meanwhile: () => other.update(failed('a'), first) });
      expect(await store.update(running('a'), first)).toBeUndefined();
      expect(rpcs()).toEqual(['Commit', 'BatchGetDocuments']);
      expect((await store.read(idOf('a')))?.operation).toEqual(failed('a'));
    });

    it.each([
      ['ABORTED', 10],
      ['UNAVAILABLE', 14],
      ['INTERNAL', 13],
      ['RESOURCE_EXHAUSTED', 8],
    ])('writes once after %s', async (_name, code) => {
      const first = await seed();
      once('Commit', { kind: 'status', code });
      const version = await store.update(running('a'), first);
      expect(await store.read(idOf('a'))).toEqual({ operation: running('a'), version });
    });
  });

  it.each([
    ['BatchGetDocuments', () => store.read(idOf('a'))],
    ['RunQuery', () => store.due(START, 1)],
  ])('repeats %s by its own count and pauses alone, without the client’s seconds', async (method, call) => {
    await seed();
    // Four of ours take 750 ms at most. The client's begin with a second, and the store's whole budget is five.
    proxy.fault = (rpc) =>
      rpc.method === method && rpcs().length <= 4 ? { kind: 'status', code: 14 } : undefined;
    await call();
    expect(rpcs()).toEqual(Array.from({ length: 5 }, () => method));
  });

  describe('after many writes', () => {
    /** A record that was written `count` times, and the version of the last. */
    const written = async (count: number) => {
      let version = await seed();
      for (let n = 1; n < count; n += 1) version = (await other.update(running('a'), version)) ?? '';
      return version;
    };

    it('remembers the latest alone, and knows its own among them', async () => {
      const version = await written(MOST_WRITES + 5);
      expect(version.split(' ')).toHaveLength(MOST_WRITES + 1);
      expect(version.length).toBeLessThan(500);
      expect((await store.read(idOf('a')))?.version).toBe(version);
      once('Commit', { kind: 'lose-answer' });
      const next = await store.update(failed('a'), version);
      expect(await store.read(idOf('a'))).toEqual({ operation: failed('a'), version: next });
    });

    it('knows its own after others have written over it a dozen times', async () => {
      const version = await written(MOST_WRITES + 5);
      const meanwhile = async () => {
        for (let n = 0; n < 12; n += 1)
          await other.update(running('a'), (await other.read(idOf('a')))?.version ?? '');
      };
      once('Commit', { kind: 'lose-answer', meanwhile });
      const own = await store.update(failed('a'), version);
      expect(own).toBeTypeOf('string');
      expect(await store.update(failed('a'), own ?? '')).toBeUndefined();
      expect((await store.read(idOf('a')))?.operation).toEqual(running('a'));
    });

    it('reads a document whose writes nobody bounded, and bounds them', async () => {
      let version = await written(3);
      const before = version.split(' ');
      version = [...before, ...Array.from({ length: 40 }, (_, n) => `nonce-${n}`)].join(' ');
      const next = await store.update(running('a'), version);
      expect(next?.split(' ')).toHaveLength(MOST_WRITES + 1);
    });
  });

  describe('whose answer does not come in time', () => {
    it('tries again, and knows its own write', async () => {
      await hasty.ping();
      once('Commit', { kind: 'hang' });
      const version = await hasty.create(queued('a'));
      expect(await store.read(idOf('a'))).toEqual({ operation: queued('a'), version });
    });

    it('is unavailable within its budget, and nothing goes on in the background', {
      timeout: 15_000,
    }, async () => {
      const version = await seed();
      await hasty.ping();
      proxy.rpcs.length = 0;
      proxy.fault = () => ({ kind: 'hang' });
      const started = performance.now();
      const calls = [
        hasty.create(queued('b')),
        hasty.read(idOf('a')),
        hasty.update(running('a'), version),
        hasty.list({ tenant_id: 'school-1', page_size: 1 }),
        hasty.due(START, 1),
        hasty.countUnfinished('school-1', 1),
        hasty.ping(),
      ];
      const errors = await Promise.all(
        calls.map((call) =>
          call.then(
            () => 'resolved',
            (error) => error,
          ),
        ),
      );
      for (const error of errors) expect(error).toBeInstanceOf(StoreUnavailable);
      expect(performance.now() - started).toBeLessThan(5 * HASTY.timeoutMs);
      const pause = () => new Promise((resolve) => setTimeout(resolve, 2 * HASTY.attemptTimeoutMs));
      // What was sent as the budget ended may still be on its way.
      await pause();
      const attempts = proxy.rpcs.length;
      expect(attempts).toBeGreaterThan(calls.length);
      // No more than fit into the budget, the last one cut short.
      const each = HASTY.timeoutMs / HASTY.attemptTimeoutMs + 1;
      expect(attempts).toBeLessThanOrEqual(each * calls.length);
      await pause();
      expect(proxy.rpcs.length).toBe(attempts);
    });
  });

  it('is unavailable where nothing listens, and available once something does', {
    timeout: 30_000,
  }, async () => {
    const { host } = proxy;
    await proxy.close();
    const started = performance.now();
    await expect(hasty.read(idOf('a'))).rejects.toThrow(StoreUnavailable);
    await expect(hasty.create(queued('a'))).rejects.toThrow(StoreUnavailable);
    expect(performance.now() - started).toBeLessThan(2 * 5 * HASTY.timeoutMs);
    proxy = await startFirestoreProxy(await firestoreEmulator(), transport, Number(host.split(':')[1]));
    await expect.poll(() => store.ping().then(() => 'answers')).toBe('answers');
  });

  it('is unavailable, at once, where it may not', async () => {
    proxy.fault = () => ({ kind: 'status', code: 7 });
    await expect(store.read(idOf('a'))).rejects.toThrow(StoreUnavailable);
    expect(rpcs()).toEqual(['BatchGetDocuments']);
  });

  it('calls its own mistake no outage', async () => {
    proxy.fault = () => ({ kind: 'status', code: 3, message: 'what is that' });
    for (const call of [store.read(idOf('a')), store.create(queued('a'))]) {
      const error = await call.catch((reason) => reason);
      expect(error).toMatchObject({ code: 3 });
      expect(error).not.toBeInstanceOf(StoreUnavailable);
    }
  });

  it('takes a document that is gone for one that moved', async () => {
    const version = await seed();
    proxy.fault = () => ({ kind: 'status', code: 5 });
    expect(await store.update(running('a'), version)).toBeUndefined();
  });

  it('calls a record too large that Firestore finds too large', async () => {
    const message = 'Document "x" cannot be written because its size (1,048,600 bytes) exceeds the maximum';
    proxy.fault = () => ({ kind: 'status', code: 3, message });
    await expect(store.create(queued('a'))).rejects.toThrow(RecordTooLarge);
  });

  it('is unavailable after it was closed', async () => {
    await store.close();
    await expect(store.read(idOf('a'))).rejects.toThrow(StoreUnavailable);
    await expect(store.create(queued('a'))).rejects.toThrow(StoreUnavailable);
  });
});
