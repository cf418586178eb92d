import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { firestoreEmulator, newProject, noFirestoreEmulator } from '../../../support/firestore-emulator.ts';
import { PATIENT } from '../../../support/patience.ts';

const STORE = new URL('../../../../shared/operations/store/firestore/store.ts', import.meta.url).href;

it.skipIf(noFirestoreEmulator)(
  'what the client takes to load is not taken from the time of a call',
  async () => {
    const options = {
      projectId: newProject(),
      emulatorHost: await firestoreEmulator(),
      ...PATIENT,
    };
    const script = `
    const { registerHooks } = await import('node:module');
    const now = performance.now.bind(performance);
    let loadingMs = 0;
    performance.now = () => now() + loadingMs;
    registerHooks({
      resolve: (specifier, context, next) => {
        if (specifier === '@google-cloud/firestore') loadingMs += 3_600_000;
        return next(specifier, context);
      },
    });
    const { createFirestoreStore } = await import(${JSON.stringify(STORE)});
    const store = createFirestoreStore(${JSON.stringify(options)});
    console.log(await store.ping().then(() => 'answers', (error) => error.message));
    process.exit();
  `;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
    expect(stdout).toBe('answers\n');
  },
);
