import { execFileSync } from 'node:child_process';
import { existsSync, globSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from './free-port.ts';
import { spawnTied } from './tied-process.ts';

export interface FirestoreEmulator {
  /** host:port, speaking gRPC, REST and plain HTTP alike. */
  readonly host: string;
  /** Process of the emulator; `undefined` where somebody else started it. */
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

export interface FirestoreEmulatorOptions {
  /** Path of a rules file. Without one every client may do everything. */
  readonly rules?: string;
  readonly port?: number;
}

/** `message` says what is missing and how to get it. */
export class FirestoreEmulatorMissing extends Error {
  override readonly name = 'FirestoreEmulatorMissing';
}

const JAR = 'platform/cloud-firestore-emulator/cloud-firestore-emulator.jar';
const MAIN = 'com.google.cloud.datastore.emulator.firestore.CloudFirestore';
/** What it costs to be optimised for long is not earned back in a test run. */
const JVM = ['-Duser.language=en', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xmx512m'];
const START_TIMEOUT_MS = 90_000;

/**
 * The jar of the gcloud component or of the Firebase command line.
 * @throws {FirestoreEmulatorMissing} no jar, or no Java to run it
 */
export function findFirestoreEmulator(): string {
  const jar =
    sdkRoots()
      .map((root) => join(root, JAR))
      .find(existsSync) ??
    firebaseJar() ??
    askGcloud();
  if (!jar) {
    throw new FirestoreEmulatorMissing(
      'No Firestore emulator: `gcloud components install cloud-firestore-emulator`, ' +
        'or `apt-get install google-cloud-cli-firestore-emulator`, or name a running one in FIRESTORE_EMULATOR_HOST.',
    );
  }
  if (!onPath('java'))
    throw new FirestoreEmulatorMissing('The Firestore emulator needs Java 11 or newer: no `java`.');
  return jar;
}

/**
 * Takes the emulator that FIRESTORE_EMULATOR_HOST names, or starts one that ends with this process however it ends.
 * Where rules are given one is started in any case, since rules cannot be loaded into a running one.
 * @throws {FirestoreEmulatorMissing}
 */
export async function startFirestoreEmulator(
  options: FirestoreEmulatorOptions = {},
): Promise<FirestoreEmulator> {
  const running = process.env['FIRESTORE_EMULATOR_HOST'];
  if (running && !options.rules) return { host: running, pid: undefined, stop: async () => {} };
  const port = options.port ?? (await freePort());
  const rules = options.rules ? ['--rules', options.rules] : [];
  const java = [
    'java',
    ...JVM,
    '-cp',
    findFirestoreEmulator(),
    MAIN,
    '--host',
    '127.0.0.1',
    '--port',
    `${port}`,
  ];
  return run([...java, ...rules], `127.0.0.1:${port}`);
}

async function run(command: readonly string[], host: string): Promise<FirestoreEmulator> {
  const { process: shell, pid, end } = spawnTied(command, process.env, 'pipe');
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const fail = () =>
      reject(new Error(`The Firestore emulator did not start:\n${said.slice(-20).join('\n')}`));
    const timer = setTimeout(fail, START_TIMEOUT_MS);
    for (const output of [shell.stdout, shell.stderr]) {
      if (output === null) continue;
      createInterface({ input: output }).on('line', (line) => {
        said.push(line);
        if (!line.includes('is now running')) return;
        clearTimeout(timer);
        resolve();
      });
    }
    shell.once('exit', fail).once('error', fail);
  });
  return { host, pid: await pid, stop: end };
}

function sdkRoots(): string[] {
  const gcloud = onPath('gcloud');
  return [
    ...(gcloud ? [dirname(dirname(realpathSync(gcloud)))] : []),
    join(homedir(), 'google-cloud-sdk'),
    '/usr/lib/google-cloud-sdk',
    '/usr/share/google-cloud-sdk',
    '/opt/google-cloud-sdk',
    '/opt/homebrew/share/google-cloud-sdk',
    '/snap/google-cloud-cli/current',
  ];
}

const firebaseJar = () =>
  globSync(join(homedir(), '.cache/firebase/emulators/cloud-firestore-emulator-v*.jar')).sort().at(-1);

function askGcloud(): string | undefined {
  if (!onPath('gcloud')) return undefined;
  const root = execFileSync('gcloud', ['info', '--format=value(installation.sdk_root)'], {
    encoding: 'utf8',
  });
  const jar = join(root.trim(), JAR);
  return existsSync(jar) ? jar : undefined;
}

const onPath = (name: string): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((directory) => join(directory, name))
    .find(existsSync);
