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
    emulator ??= startFirestoreEmulator();
    emulator.then(
      ({ host }) => response.end(host),
      (error) => response.writeHead(500).end(String(error)),
    );
  });
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
