import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');
export type Call = readonly string[];

/** A Google Cloud of which nothing exists but what the scripts themselves create. */
export class StandInCloud {
  readonly #folder = mkdtempSync(join(tmpdir(), 'stand-in-cloud-'));

  constructor() {
    for (const name of ['gcloud', 'curl', 'docker', 'firebase']) {
      copyFileSync(join(import.meta.dirname, 'stand-in.sh'), join(this.#folder, name));
      chmodSync(join(this.#folder, name), 0o755);
    }
  }

  /** Runs `bash …args` with the real scripts and gives what they called, in order. Throws if the script fails. */
  run(args: readonly string[], env: Record<string, string> = {}): Call[] {
    const before = this.calls().length;
    execFileSync('bash', args, {
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        PATH: `${this.#folder}:/usr/local/bin:/usr/bin:/bin`,
        STAND_IN: this.#folder,
        PAUSE: '0',
        PROJECT_ID: 'demo-project',
        FIREBASE: join(this.#folder, 'firebase'),
        ...env,
      },
    });
    return this.calls().slice(before);
  }

  /** The configuration that firebase-tools was given last. */
  firebaseConfig(): { hosting: Record<string, unknown>; firestore?: Record<string, unknown> } {
    return JSON.parse(readFileSync(join(this.#folder, 'firebase.json'), 'utf8'));
  }

  /** All that was called, also by a script that failed. */
  calls(): Call[] {
    const file = join(this.#folder, 'calls');
    if (!existsSync(file)) return [];
    return readFileSync(file, 'utf8')
      .split('\0\n\0')
      .slice(0, -1)
      .map((call) => call.split('\0'));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The value of `--name=value`, or undefined. */
export const flag = (call: Call, name: string): string | undefined =>
  call.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);

export const starting = (calls: readonly Call[], ...words: string[]): Call[] =>
  calls.filter((call) => words.every((word, index) => call[index] === word));

/**
 * What a call sets, by the names of its flags, without those that only say where. Whoever compares a call with something else names
 * the flags that are compared, since a new one would be compared with nothing.
 */
export const flagsOf = (call: Call): string[] =>
  call
    .filter((word) => word.startsWith('--'))
    .map((word) => word.slice(2).replace(/=.*/, '').replace('update-headers', 'headers'))
    .filter((name) => !['project', 'location', 'region', 'quiet'].includes(name))
    .sort();
