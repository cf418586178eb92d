import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createFirestoreStore,
  type FirestoreStore,
} from '../../../../shared/operations/store/firestore/store.ts';
import { StoreUnavailable } from '../../../../shared/operations/store/port.ts';
import { idOf, RETENTION, START } from '../../../contract/records.ts';
import { firestoreEmulator, newProject, noFirestoreEmulator } from '../../../support/firestore-emulator.ts';
import { type Fault, type FirestoreProxy, startFirestoreProxy } from '../../../support/firestore-proxy.ts';
import { PATIENT } from '../../../support/patience.ts';

const lock = (name: string) => ({ operation_id: idOf(name), taken_at: START, expire_at: START + RETENTION });

describe.skipIf(noFirestoreEmulator).each([
  ['gRPC' as const, false],
  ['REST' as const, true],
])('locks in Firestore over %s', (transport, preferRest) => {
  let proxy: FirestoreProxy;
  let store: FirestoreStore;
  /** Gives up soon. */
  let hasty: FirestoreStore;
  /** Goes past the proxy. */
  let other: FirestoreStore;

  beforeEach(async () => {
    const emulatorHost = await firestoreEmulator();
    const projectId = newProject();
    proxy = await startFirestoreProxy(emulatorHost, transport);
    const through = { ...PATIENT, projectId, emulatorHost: proxy.host, preferRest };
    store = createFirestoreStore(through);
    hasty = createFirestoreStore({ ...through, timeoutMs: 300 });
    other = createFirestoreStore({ ...PATIENT, projectId, emulatorHost });
    await store.ping();
    proxy.rpcs.length = 0;
  });
  afterEach(async () => {
    await store.close();
    await hasty.close();
    await other.close();
    await proxy.close();
  });

  const once = (fault: Fault) => {
    let met = false;
    proxy.fault = ({ method }) => {
      if (met || method !== 'Commit') return undefined;
      met = true;
      return fault;
    };
  };
  const versionOf = async () => (await other.readLock('s'))?.version;

  it('cost one RPC to read, and one to take or to be refused', async () => {
    await store.readLock('s');
    await store.takeLock('s', lock('a'), undefined);
    await store.takeLock('s', lock('b'), undefined);
    expect(proxy.rpcs.map(({ method }) => method)).toEqual(['BatchGetDocuments', 'Commit', 'Commit']);
  });

  it.each([
    ['a free one', false],
    ['one that passes on', true],
  ])('%s whose answer was lost is taken', async (_name, taken) => {
    if (taken) await other.takeLock('s', lock('before'), undefined);
    const version = await versionOf();
    once({ kind: 'lose-answer' });
    expect(await store.takeLock('s', lock('a'), version)).toBe(true);
    expect(await other.readLock('s')).toMatchObject(lock('a'));
  });

  it.each([
    ['a free one', false],
    ['one that passes on', true],
  ])('%s is taken by a second try where the first never arrived', async (_name, taken) => {
    if (taken) await other.takeLock('s', lock('before'), undefined);
    const version = await versionOf();
    once({ kind: 'status', code: 14 });
    expect(await store.takeLock('s', lock('a'), version)).toBe(true);
    expect(await other.readLock('s')).toMatchObject(lock('a'));
  });

  it('one that somebody else took while the answer was awaited is not', async () => {
    once({ kind: 'status', code: 14, meanwhile: () => other.takeLock('s', lock('b'), undefined) });
    expect(await store.takeLock('s', lock('a'), undefined)).toBe(false);
    expect(await other.readLock('s')).toMatchObject(lock('b'));
  });

  it('a store that does not answer is unavailable, not taken and not free', async () => {
    proxy.fault = () => ({ kind: 'status', code: 14 });
    await expect(hasty.takeLock('s', lock('a'), undefined)).rejects.toThrow(StoreUnavailable);
    await expect(hasty.readLock('s')).rejects.toThrow(StoreUnavailable);
  });
});
