import { execFileSync } from 'node:child_process';
import { beforeAll, describe } from 'vitest';
import { firestoreEmulator, noFirestoreEmulator } from '../support/firestore-emulator.ts';
import { certificationSuite } from './certification-suite.ts';
import { type Launch, launchScript } from './launch.ts';
import { serviceSuite } from './service-suite.ts';

describe.skipIf(noFirestoreEmulator)('deployed shape', () => {
  let host = '';
  beforeAll(async () => {
    execFileSync(process.execPath, ['scripts/build.ts']);
    host = await firestoreEmulator();
  }, 60_000);

  // One emulator for all launches, so that what a killed deployment accepted is still there for the next.
  const launch: Launch = (env) =>
    launchScript('local/start-emulated.ts', { ...env, FIRESTORE_EMULATOR_HOST: host }, 30_000);
  serviceSuite('npm run start:emulated', launch);
  certificationSuite('npm run start:emulated', launch);
});
