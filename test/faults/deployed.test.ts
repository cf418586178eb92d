import { describe } from 'vitest';
import { noFirestoreEmulator } from '../support/firestore-emulator.ts';
import { openCloudProcesses } from './cloud-processes.ts';
import { inProcesses } from './processes.ts';
import { cancelRaces } from './suites/cancel-races.ts';
import { clocks } from './suites/clocks.ts';
import { duplicateDeliveries } from './suites/duplicate-deliveries.ts';
import { keys } from './suites/keys.ts';
import { killedFunctions } from './suites/killed-functions.ts';
import { providerFailures } from './suites/provider-failures.ts';
import { unusableRecords } from './suites/records.ts';
import { failingCloudTasks, unenqueued } from './suites/unenqueued.ts';
import { windowEnds } from './suites/window-ends.ts';
import { zombies } from './suites/zombies.ts';

describe.skipIf(noFirestoreEmulator)('deployed, in real processes', { timeout: 180_000 }, () => {
  const opened = inProcesses(openCloudProcesses);

  duplicateDeliveries(opened);
  killedFunctions(opened);
  unenqueued(opened);
  failingCloudTasks(opened);
  windowEnds(opened);
  cancelRaces(opened);
  keys(opened);
  unusableRecords(opened);
  zombies(opened);
  clocks(opened);
  // The last: what works is started anew for it.
  providerFailures(opened);
});
