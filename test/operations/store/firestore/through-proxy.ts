import { afterEach, beforeEach, describe } from 'vitest';
import { freePort } from '../../../../local/emulated/free-port.ts';
import {
  createFirestoreStore,
  type FirestoreStore,
} from '../../../../shared/operations/store/firestore/store.ts';
import { queued, START } from '../../../contract/records.ts';
import { firestoreEmulator, newProject, noFirestoreEmulator } from '../../../support/firestore-emulator.ts';
import { type Fault, type FirestoreProxy, startFirestoreProxy } from '../../../support/firestore-proxy.ts';
import { PATIENT } from '../../../support/patience.ts';

type Transport = 'gRPC' | 'REST';

/** Limits with which a store gives up soon, in milliseconds. */
export const HASTY = { timeoutMs: 1000, attemptTimeoutMs: 250 };

/** What stands between the emulator and the stores under test. */
export let proxy: FirestoreProxy;
export let store: FirestoreStore;
/** Gives up soon. */
export let hasty: FirestoreStore;
/** Goes past the proxy. */
export let other: FirestoreStore;
export let projectId: string;
/** The time that the stores read, in milliseconds. */
export const clock = { now: START };

/** Declares tests once for each transport, with a proxy and stores of their own for each test. */
export function overEachTransport(declare: (transport: Transport, preferRest: boolean) => void): void {
  describe.skipIf(noFirestoreEmulator).each([
    ['gRPC' as const, false],
    ['REST' as const, true],
  ])('Firestore store over %s', (transport, preferRest) => {
    beforeEach(async () => {
      clock.now = START;
      const emulatorHost = await firestoreEmulator();
      projectId = newProject();
      const options = { ...PATIENT, projectId, now: () => clock.now };
      proxy = await startFirestoreProxy(emulatorHost, transport, await freePort());
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

    declare(transport, preferRest);
  });
}

/** Has a proxy again at the address where one was closed. */
export const reopenProxy = async (transport: Transport, host: string) => {
  proxy = await startFirestoreProxy(await firestoreEmulator(), transport, Number(host.split(':')[1]));
};

export const rpcs = () => proxy.rpcs.map(({ method }) => method);
export const counted = () =>
  Object.fromEntries(
    Map.groupBy(rpcs(), (method) => method)
      .entries()
      .map(([method, all]) => [method, all.length]),
  );
/** The first RPC of that name meets the fault, the next ones none. */
export const once = (method: string, fault: Fault) => {
  let met = false;
  proxy.fault = (rpc) => {
    if (met || rpc.method !== method) return undefined;
    met = true;
    return fault;
  };
};
export const seed = async (record = queued('a')) => {
  const version = await other.create(record);
  if (version === undefined) throw new Error('exists');
  return version;
};
