import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type FirestoreEmulator,
  startFirestoreEmulator,
} from '../../../../local/emulated/firestore-emulator.ts';
import { createFirestoreStore } from '../../../../shared/operations/store/firestore/store.ts';
import { StoreUnavailable } from '../../../../shared/operations/store/port.ts';
import { idOf, queued, running, START } from '../../../contract/records.ts';
import { newProject, noFirestoreEmulator } from '../../../support/firestore-emulator.ts';
import { freeze, wake } from '../../../support/freeze.ts';
import { PATIENT } from '../../../support/patience.ts';

/** An emulator of its own, since the shared one may not be stopped. */
describe.skipIf(noFirestoreEmulator)(
  'Firestore store before a server that stopped answering',
  { timeout: 120_000 },
  () => {
    let emulator: FirestoreEmulator;
    beforeAll(async () => {
      emulator = await startFirestoreEmulator({ rules: 'firestore.rules' });
    });
    afterAll(() => emulator?.stop());

    it.each(['gRPC', 'REST'])(
      'is unavailable after its time, and goes on when the server does: %s',
      async (transport) => {
        const options = {
          projectId: newProject(),
          emulatorHost: emulator.host,
          preferRest: transport === 'REST',
          now: () => START,
        };
        const patient = createFirestoreStore({ ...options, ...PATIENT });
        const store = createFirestoreStore({ ...options, timeoutMs: 1500, attemptTimeoutMs: 600 });
        const version = await patient.create(queued('a'));
        if (version === undefined) throw new Error('exists');
        await expect.poll(() => store.ping().then(() => 'answers')).toBe('answers');
        const { pid } = emulator;
        await freeze(pid);
        const started = performance.now();
        const write = store.update(running('a'), version).catch((error) => error);
        const read = store.read(idOf('a')).catch((error) => error);
        const answers = await Promise.all([write, read]);
        const took = performance.now() - started;
        wake(pid);
        for (const answer of answers) expect(answer).toBeInstanceOf(StoreUnavailable);
        expect(took).toBeGreaterThan(800);
        const stored = await patient.read(idOf('a'));
        expect(['queued', 'running']).toContain(stored?.operation.status);
        await expect.poll(() => store.ping().then(() => 'answers')).toBe('answers');
        await patient.close();
        await store.close();
      },
    );
  },
);
