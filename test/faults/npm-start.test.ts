import { describe } from 'vitest';
import { openLocalProcesses } from './local-processes.ts';
import { inProcesses } from './processes.ts';
import { cancelRaces } from './suites/cancel-races.ts';
import { clocks } from './suites/clocks.ts';
import { duplicateDeliveries } from './suites/duplicate-deliveries.ts';
import { keys } from './suites/keys.ts';
import { killedBeside } from './suites/killed-beside.ts';
import { providerFailures } from './suites/provider-failures.ts';
import { unusableRecords } from './suites/records.ts';
import { submitAlone, unenqueued } from './suites/unenqueued.ts';
import { windowEnds } from './suites/window-ends.ts';
import { zombies } from './suites/zombies.ts';

describe('npm start, in real processes', { timeout: 180_000 }, () => {
  const opened = inProcesses(openLocalProcesses);

  duplicateDeliveries(opened);
  killedBeside(opened);
  unenqueued(opened);
  submitAlone(opened);
  windowEnds(opened);
  cancelRaces(opened);
  keys(opened);
  unusableRecords(opened);
  // From here on there is another worker, which under `npm start` sweeps too.
  zombies(opened);
  clocks(opened);
  // The last: what works is started anew for it.
  providerFailures(opened);
});
