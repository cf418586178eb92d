import { execFileSync } from 'node:child_process';
import { beforeAll, describe } from 'vitest';
import { firestoreEmulator, noFirestoreEmulator } from '../support/firestore-emulator.ts';
import { launchScript } from './launch.ts';
import { serviceSuite } from './service-suite.ts';

describe.skipIf(noFirestoreEmulator)('deployed shape', () => {
  let host = '';
  beforeAll(async () => {
    execFileSync(process.execPath, ['scripts/build.ts']);
    host = await firestoreEmulator();
  }, 60_000);

  // One emulator for all launches, so that what a killed deployment accepted is still there for the next.
  serviceSuite('npm run start:emulated', (env) =>
    launchScript('local/start-emulated.ts', { ...env, FIRESTORE_EMULATOR_HOST: host }, 30_000),
  );
});
