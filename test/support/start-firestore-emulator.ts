import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { TestProject } from 'vitest/node';
import {
  type FirestoreEmulator,
  FirestoreEmulatorMissing,
  findFirestoreEmulator,
  startFirestoreEmulator,
} from '../../local/emulated/firestore-emulator.ts';
import { createFirestoreStore } from '../../shared/operations/store/firestore/store.ts';
import { queued } from '../contract/records.ts';

/**
 * Once for the run: hands out the address under which the first suite that needs the Firestore emulator starts it, so
 * that a run without such a suite starts none. Ends it after the run; it ends itself if the run is killed.
 * REQUIRE_FIRESTORE_EMULATOR=1 makes its absence an error.
 */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const missing = whyMissing();
  if (missing) {
    if (process.env['REQUIRE_FIRESTORE_EMULATOR'] === '1') throw missing;
    const suites = globSync('test/**/*.test.ts').filter((file) =>
      /firestore-emulator/.test(readFileSync(file, 'utf8')),
    );
    console.warn(
      `\n${missing.message}\nSkipped without it:\n${suites.map((suite) => `  ${suite}`).join('\n')}\n`,
    );
    provide('firestoreEmulatorStarter', undefined);
    return async () => {};
  }
  let emulator: Promise<FirestoreEmulator> | undefined;
  const starter = createServer((_, response) => {
    emulator ??= startWarm();
    emulator.then(
      ({ host }) => response.end(host),
      (error) => response.writeHead(500).end(String(error)),
    );
  });
  // A worker is to hang up first: what it sends at the last moment must not find its connection closed.
  starter.keepAliveTimeoutBuffer = 30_000;
  starter.listen(0, '127.0.0.1');
  await once(starter, 'listening');
  const address = starter.address();
  if (typeof address !== 'object' || !address) throw new Error('no port');
  provide('firestoreEmulatorStarter', `http://127.0.0.1:${address.port}`);
  return async () => {
    starter.closeAllConnections();
    starter.close();
    await (await emulator)?.stop();
  };
}

/** The emulator's first answers take it seconds on a busy machine, longer than a store waits. */
async function startWarm(): Promise<FirestoreEmulator> {
  const emulator = await startFirestoreEmulator();
  const patience = { timeoutMs: START_LIMIT_MS, attemptTimeoutMs: START_LIMIT_MS };
  const ask = async (preferRest: boolean) => {
    const options = { ...patience, projectId: 'warming', emulatorHost: emulator.host, preferRest };
    const store = createFirestoreStore(options);
    await store.create(queued(String(preferRest)));
    await store.due(0, 1);
    await store.close();
  };
  await Promise.all([ask(false), ask(true)]);
  return emulator;
}

const START_LIMIT_MS = 60_000;

function whyMissing(): FirestoreEmulatorMissing | undefined {
  if (process.env['FIRESTORE_EMULATOR_HOST']) return undefined;
  try {
    findFirestoreEmulator();
    return undefined;
  } catch (error) {
    if (error instanceof FirestoreEmulatorMissing) return error;
    throw error;
  }
}
