import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** One request of a load, and the status that it must be answered with. */
export interface Ask {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly expect: number;
}

/** A server under measurement, with the processes whose processor time counts as its own. */
export interface System {
  readonly name: string;
  readonly origin: URL;
  readonly pids: readonly number[];
  /** Makes an operation. */
  readonly post: Ask;
  /** Reads the operation that was accepted with this body. */
  readonly poll: (accepted: Record<string, string>) => Ask;
  readonly stop: () => Promise<void>;
}

const START_LIMIT_MS = 30_000;

/** A process of Node.js and what `ready` found in its output. */
export interface Started {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly found: string;
  readonly stop: () => Promise<void>;
}

/**
 * Starts a process and waits until its output matches `ready`, whose first group is what was looked for.
 * @throws {Error} it ended before, or did not say so within 30 s
 */
export async function startProcess(
  command: readonly string[],
  { ready, env, cwd }: { readonly ready: RegExp; readonly env?: NodeJS.ProcessEnv; readonly cwd?: string },
): Promise<Started> {
  const [file = '', ...args] = command;
  const child = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: env ?? process.env,
    ...(cwd !== undefined && { cwd }),
  });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  };
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let said = '';
  const read = (chunk: Buffer) => {
    if (said.length > 100_000) return;
    said += chunk;
    const match = ready.exec(said);
    if (match !== null) resolve(match[1] ?? '');
  };
  read(Buffer.alloc(0));
  child.stdout?.on('data', read);
  child.stderr?.on('data', read);
  child.once('error', reject);
  child.once('exit', () => reject(new Error(`${command.join(' ')} ended:\n${said.slice(-2000)}`)));
  const limit = setTimeout(() => reject(new Error(`${command.join(' ')} did not start`)), START_LIMIT_MS);
  try {
    const found = await promise;
    return { child, pid: child.pid ?? 0, found, stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(limit);
  }
}
