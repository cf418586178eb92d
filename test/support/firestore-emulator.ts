import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where to ask for the emulator, which the first one to ask starts; `undefined` where there is none. */
    firestoreEmulatorStarter: string | undefined;
  }
}

/** Put into `describe.skipIf`: the run has said why, and named the suites. */
export const noFirestoreEmulator = inject('firestoreEmulatorStarter') === undefined;

/** host:port of the emulator that the whole run shares. Rules are not loaded. */
export async function firestoreEmulator(): Promise<string> {
  const response = await fetch(inject('firestoreEmulatorStarter') ?? '');
  const host = await response.text();
  if (!response.ok) throw new Error(host);
  return host;
}

/** A project of the test's own, in which there is nothing. */
export const newProject = (): string => `test-${randomUUID().slice(0, 18)}`;
