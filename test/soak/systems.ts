import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TARGETS } from '../../functions/serve.ts';
import { startFirestoreEmulator } from '../../local/emulated/firestore-emulator.ts';
import { freePort } from '../../local/emulated/free-port.ts';
import { createLocalScheduler } from '../../local/emulated/scheduler.ts';
import type { Operation } from '../../shared/operations/record/record.ts';
import { createFirestoreStore } from '../../shared/operations/store/firestore/store.ts';
import { createSqliteStore } from '../../shared/operations/store/sqlite/store.ts';
import { launchScript, type Running } from '../e2e/launch.ts';
import { startFunctionProcesses } from '../support/function-processes.ts';
import { PATIENT } from '../support/patience.ts';

/** What the soak drives, and kills parts of. */
export interface SoakSystem extends AsyncDisposable {
  readonly url: string;
  /** Kills what `chance` (0 to 1) says with SIGKILL, and starts it again. Resolves to what it was. */
  readonly kill: (chance: number) => Promise<string>;
  /** What is stored under an id. */
  readonly record: (id: string) => Promise<Operation | undefined>;
  /** Everything that was logged. */
  readonly log: () => string;
}

export interface SystemOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly seed: number;
  /** Share of the queue's dealings that go wrong, where the queue is Cloud Tasks. */
  readonly faults: number;
}

/** Short, so that a call that hangs does not hold the run up. */
const WINDOWS = { SYNC_TIMEOUT_MS: '400', WORKER_ATTEMPT_TIMEOUT_MS: '1500' };
/** The soak is of the operations, not of the quota. */
const QUOTA = { TENANT_REQUESTS_PER_MINUTE: '1000000', TENANT_UNFINISHED_OPERATIONS: '1000000' };

/** `npm start`: one process with SQLite and the local queue. It is all there is to kill. */
export async function startLocalSystem({ env }: SystemOptions): Promise<SoakSystem> {
  const directory = mkdtempSync(join(tmpdir(), 'soak-'));
  const port = await freePort();
  const settings = {
    ...WINDOWS,
    ...QUOTA,
    ...env,
    PORT: String(port),
    SQLITE_PATH: join(directory, 'operations.db'),
  };
  const launch = () => launchScript('local/start/start.ts', settings);
  const ended: string[] = [];
  let running: Running = await launch();
  const store = createSqliteStore({ path: settings.SQLITE_PATH });
  return {
    url: `http://127.0.0.1:${port}`,
    kill: async () => {
      await running.kill();
      ended.push(running.output());
      running = await launch();
      return 'everything';
    },
    record: async (id) => (await store.read(id))?.operation,
    log: () => [...ended, running.output()].join('\n'),
    async [Symbol.asyncDispose]() {
      await store.close();
      await running.kill();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const SWEEP_EVERY_MS = 1000;

/** The deployed shape: each function its own process, the Firestore emulator, and Cloud Tasks with faults. */
export async function startEmulatedSystem({ env, seed, faults }: SystemOptions): Promise<SoakSystem> {
  const emulator = await startFirestoreEmulator();
  const project = `soak-${seed}`;
  const store = createFirestoreStore({ ...PATIENT, projectId: project, emulatorHost: emulator.host });
  const functions = await startFunctionProcesses({
    emulatorHost: emulator.host,
    project,
    env: { ...WINDOWS, ...QUOTA, ...env },
    tasks: {
      seed,
      rates: {
        refuse: faults,
        cutAnswer: faults,
        noAnswer: faults / 5,
        postpone: faults,
        delay: faults,
        duplicate: faults,
        repeat: faults,
      },
    },
  });
  const scheduler = createLocalScheduler({
    deliverTo: () => functions.env['WORKER_URL'] ?? '',
    sign: functions.standIn.identity.sign,
    everyMs: SWEEP_EVERY_MS,
  });
  return {
    url: functions.url,
    kill: async (chance) => {
      // The worker half of the time: it is what does the work.
      const target = chance < 0.5 ? 'worker' : TARGETS[Math.floor((chance - 0.5) * 2 * TARGETS.length)];
      if (target === undefined) throw new Error(`chance is ${chance}`);
      await functions.kill(target);
      await functions.start(target);
      return target;
    },
    record: async (id) => (await store.read(id))?.operation,
    log: functions.output,
    async [Symbol.asyncDispose]() {
      await store.close();
      await scheduler.close();
      await functions[Symbol.asyncDispose]();
      await emulator.stop();
    },
  };
}
