import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FirestoreEmulator, startFirestoreEmulator } from '../../../local/firestore-emulator.ts';
import { StoreUnavailable } from '../../../shared/operations/store.ts';
import { createFirestoreStore } from '../../../shared/operations/stores/firestore.ts';
import { idOf, queued, running, START } from '../../contract/records.ts';
import { newProject, noFirestoreEmulator } from '../../support/firestore-emulator.ts';

/** An emulator of its own, since the shared one may not be stopped. */
describe.skipIf(noFirestoreEmulator)('Firestore store before a server that stopped answering', () => {
  let emulator: FirestoreEmulator;
  beforeAll(async () => {
    emulator = await startFirestoreEmulator({ rules: 'firestore.rules' });
  }, 30_000);
  afterAll(() => emulator?.stop());

  const signal = (name: 'SIGSTOP' | 'SIGCONT') => process.kill(emulator.pid ?? 0, name);

  it.each(['gRPC', 'REST'])(
    'is unavailable after its time, and goes on when the server does: %s',
    async (transport) => {
      const store = createFirestoreStore({
        projectId: newProject(),
        emulatorHost: emulator.host,
        preferRest: transport === 'REST',
        timeoutMs: 1500,
        attemptTimeoutMs: 600,
        now: () => START,
      });
      const version = await store.create(queued('a'));
      signal('SIGSTOP');
      const started = performance.now();
      const write = store.update(running('a'), version ?? '').catch((error) => error);
      const read = store.read(idOf('a')).catch((error) => error);
      expect(await write).toBeInstanceOf(StoreUnavailable);
      expect(await read).toBeInstanceOf(StoreUnavailable);
      const took = performance.now() - started;
      signal('SIGCONT');
      expect(took).toBeGreaterThan(1400);
      expect(took).toBeLessThan(1900);
      const stored = await store.read(idOf('a'));
      expect(['queued', 'running']).toContain(stored?.operation.status);
      expect(await store.update(running('a'), stored?.version ?? '')).toBeTypeOf('string');
      await store.close();
    },
  );
});
