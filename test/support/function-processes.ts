import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { TARGETS, type Target } from '../../functions/serve.ts';
import { freePort } from '../../local/emulated/free-port.ts';
import { createGateway } from '../../local/emulated/gateway.ts';
import { readRewrites } from '../../local/emulated/rewrites.ts';
import { closed, listen } from '../../local/start/listen.ts';
import { type FaultyStandIn, LOCATION, QUEUE, startStandIn } from './cloud-tasks-stand-in.ts';
import { COMPILE_CACHE, KEEP_COMPILED } from './compile-cache.ts';
import { type Controls, createControls } from './controlled.ts';
import { freeze, wake } from './freeze.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FRAMEWORK = fileURLToPath(
  new URL('../../node_modules/@google-cloud/functions-framework/build/src/main.js', import.meta.url),
);
/** Ends the process with the one that started it, however that ends. */
const END_WITH_PARENT = `data:text/javascript,${encodeURIComponent(
  "process.stdin.on('end', () => process.kill(process.pid, 'SIGKILL')).resume();",
)}`;
const READY_WITHIN_MS = 60_000;

export interface FunctionProcessesOptions {
  readonly emulatorHost: string;
  readonly project: string;
  readonly env: Readonly<Record<string, string>>;
  /** Faults of Cloud Tasks, and how soon it gives a dispatch up. */
  readonly tasks?: Parameters<typeof startStandIn>[0];
  /** Whether the worker's clock is to be turned. */
  readonly controlled?: boolean;
}

/** The deployed shape, whose processes can be killed, frozen and started one by one. */
export interface FunctionProcesses extends AsyncDisposable {
  /** Of the gateway, which outlives the functions as Firebase Hosting does. */
  readonly url: string;
  readonly standIn: FaultyStandIn;
  /** The environment of the functions. */
  readonly env: Readonly<Record<string, string>>;
  /** Everything that the functions have written so far. */
  readonly output: () => string;
  /** What is to be known of each function that ended by itself since this was asked last. */
  readonly lost: () => readonly string[];
  readonly kill: (target: Target, signal?: 'SIGKILL' | 'SIGTERM') => Promise<void>;
  /** Starts a function that was killed, from now on with `more` in its environment, and resolves once it answers. */
  readonly start: (target: Target, more?: Readonly<Record<string, string>>) => Promise<void>;
  /** Puts the clock of the worker that the queue knows so many milliseconds ahead, until it is started again. */
  readonly turnClock: (aheadMs: number) => Promise<void>;
  readonly workerPid: () => number | undefined;
  /** Another worker, which the queue does not know. */
  readonly workerBeside: () => Promise<WorkerBeside>;
  /** Freezes the worker, and serves by another from now on. Resolves to what wakes it. */
  readonly freezeWorker: () => Promise<() => void>;
}

export interface WorkerBeside {
  readonly origin: URL;
  readonly turnClock: (aheadMs: number) => Promise<void>;
  readonly pid: number | undefined;
  readonly kill: () => Promise<void>;
}

/** Each function in the framework's own process on the source, the Cloud Tasks stand-in and the gateway in this one. */
export async function startFunctionProcesses(options: FunctionProcessesOptions): Promise<FunctionProcesses> {
  const standIn = await startStandIn({ project: options.project, ...options.tasks });
  const ports: Record<Target, number> = {
    submit: await freePort(),
    worker: await freePort(),
    operations: await freePort(),
  };
  const origin = (target: Target) => new URL(`http://127.0.0.1:${ports[target]}`);
  const entrance = createGateway(() => ({ origin: origin('worker') }));
  const { port: workerPort } = await listen(entrance, 0);
  const rewrites = readRewrites(new URL('../../firebase.json', import.meta.url));
  const gateway = createGateway((path) => ({
    origin: origin((rewrites(path) ?? 'operations') as Target),
  }));
  const { port } = await listen(gateway, 0);
  const env: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    NODE_ENV: 'production',
    GOOGLE_CLOUD_PROJECT: options.project,
    STORE: 'firestore',
    FIRESTORE_EMULATOR_HOST: options.emulatorHost,
    QUEUE: 'cloud-tasks',
    CLOUD_TASKS_EMULATOR_HOST: standIn.host,
    TASKS_LOCATION: LOCATION,
    TASKS_QUEUE: QUEUE,
    TASKS_SERVICE_ACCOUNT: standIn.identity.email,
    TASKS_OIDC_JWKS_URI: standIn.jwksUri,
    TASKS_OIDC_ISSUER: standIn.identity.issuer,
    WORKER_URL: `http://127.0.0.1:${workerPort}`,
    ...options.env,
  };

  const running = new Map<Target, ChildProcess>();
  const all = new Set<ChildProcess>();
  /** What ended although nobody here ended it. */
  const lost: string[] = [];
  let output = '';
  const launch = (target: Target, port: number, more: Readonly<Record<string, string>> = {}) => {
    let written = '';
    const launched = spawnFunction(target, port, { ...env, ...more }, (text) => {
      output += text;
      written += text;
    });
    const { child } = launched;
    all.add(child);
    child.once('close', (code, signal) => {
      if (!all.delete(child)) return;
      lost.push(`${target} ended by itself (${code ?? signal}), having written:\n${written.slice(-2000)}`);
    });
    return launched;
  };
  let workerControls: Controls | undefined;
  const start: FunctionProcesses['start'] = async (target, more = {}) => {
    Object.assign(env, more);
    const controls = options.controlled && target === 'worker' ? await createControls() : undefined;
    workerControls = controls ?? workerControls;
    const { child, answers } = launch(target, ports[target], controls?.env);
    running.set(target, child);
    await answers();
  };
  const kill = async (child: ChildProcess, signal: NodeJS.Signals) => {
    all.delete(child);
    if (child.exitCode !== null || child.signalCode !== null) return;
    // Not `exit`: what it wrote last is read after that.
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
  };
  const child = (target: Target): ChildProcess => {
    const found = running.get(target);
    if (found === undefined) throw new Error(`${target} does not run`);
    return found;
  };
  await Promise.all(TARGETS.map((target) => start(target)));
  return {
    url: `http://127.0.0.1:${port}`,
    standIn,
    env,
    output: () => output,
    lost: () => lost.splice(0),
    kill: (target, signal = 'SIGKILL') => kill(child(target), signal),
    start,
    workerPid: () => child('worker').pid,
    turnClock: async (aheadMs) => workerControls?.clock(aheadMs),
    workerBeside: async () => {
      const controls = await createControls();
      const port = await freePort();
      const { child, answers } = launch('worker', port, controls.env);
      await answers();
      return {
        origin: new URL(`http://127.0.0.1:${port}`),
        turnClock: controls.clock,
        pid: child.pid,
        kill: () => kill(child, 'SIGKILL'),
      };
    },
    freezeWorker: async () => {
      const frozen = child('worker').pid;
      await freeze(frozen);
      ports.worker = await freePort();
      await start('worker');
      return () => wake(frozen);
    },
    async [Symbol.asyncDispose]() {
      await closed(gateway);
      await closed(entrance);
      await standIn.close();
      await Promise.all([...all].map((one) => kill(one, 'SIGKILL')));
    },
  };
}

/** One function in the framework's own process, by itself on the source, which ends with this one. `answers` resolves once it does. */
export function spawnFunction(
  target: string,
  port: number,
  env: Readonly<Record<string, string>>,
  onOutput: (text: string) => void,
  { source = 'functions/index.ts', node = [] }: { source?: string; node?: readonly string[] } = {},
): { readonly child: ChildProcess; readonly answers: () => Promise<void> } {
  const child = spawn(
    process.execPath,
    [
      '--import',
      END_WITH_PARENT,
      '--import',
      KEEP_COMPILED,
      ...node,
      FRAMEWORK,
      `--target=${target}`,
      `--source=${source}`,
    ],
    { cwd: ROOT, stdio: 'pipe', env: { ...COMPILE_CACHE, ...env, PORT: String(port) } },
  );
  let written = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      written += chunk;
      onOutput(String(chunk));
    });
  }
  child.stdin.on('error', () => undefined);
  return { child, answers: () => answering(child, port, () => written) };
}

async function answering(child: ChildProcess, port: number, output: () => string): Promise<void> {
  for (const end = Date.now() + READY_WITHIN_MS; ; await sleep(30)) {
    const answers = await fetch(`http://127.0.0.1:${port}/v1/health`).then(
      () => true,
      () => false,
    );
    if (answers) return;
    // Killed while it started: whoever killed it does not wait for it.
    if (child.signalCode !== null) return;
    if (child.exitCode !== null || Date.now() > end) {
      child.kill('SIGKILL');
      throw new Error(`a function did not come to serve:\n${output().slice(-2000)}`);
    }
  }
}
