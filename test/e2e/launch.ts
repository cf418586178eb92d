import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { COMPILE_CACHE, KEEP_COMPILED } from '../support/compile-cache.ts';

/** A service in processes of its own. */
export interface Running {
  readonly url: string;
  readonly pid: number | undefined;
  /** Everything it has written so far. */
  readonly output: () => string;
  /** SIGKILL to all of it: nothing gets to tidy up. */
  readonly kill: () => Promise<void>;
  /** SIGINT, as Ctrl-C sends it to all, or another signal; resolves to the exit code. */
  readonly stop: (signal?: 'SIGINT' | 'SIGTERM') => Promise<number | null>;
}

const HEAR_FILE_TOO_LARGE = "data:text/javascript,process.on('SIGXFSZ',()=>{})";

/** Long, since a busy machine is slow and no fault. */
const SERVES_WITHIN_MS = 60_000;

export type Launch = (env: Readonly<Record<string, string>>) => Promise<Running>;

/**
 * Starts a script of the project in a process group, and waits until it says where it serves. `diskBlocks` of 512 bytes
 * is what a file of it may have: writing more fails as on a full disk, once the signal that comes with it is heard.
 */
export async function launchScript(
  script: string,
  env: Readonly<Record<string, string>>,
  diskBlocks?: number,
): Promise<Running> {
  const node = [process.execPath, '--import', KEEP_COMPILED];
  const command = [...node, '--import', HEAR_FILE_TOO_LARGE, script];
  const limited = ['sh', '-c', `ulimit -S -f ${diskBlocks ?? 'unlimited'}; exec "$@"`, 'sh', ...command];
  const [file = '', ...args] = diskBlocks === undefined ? [...node, script] : limited;
  const child = spawn(file, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], PORT: '0', ...COMPILE_CACHE, ...env },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  /** Exited, and all that it wrote has been read. */
  const closed = once(child, 'close');
  const deadline = Date.now() + SERVES_WITHIN_MS;
  const url = () => /^Serving (http:\S+)$/m.exec(output)?.[1];
  while (url() === undefined) {
    if (child.exitCode !== null || Date.now() > deadline) {
      signal(child, 'SIGKILL');
      throw new Error(`${script} did not come to serve:\n${output}`);
    }
    await sleep(20);
  }
  return {
    url: url() ?? '',
    pid: child.pid,
    output: () => output,
    kill: async () => {
      signal(child, 'SIGKILL');
      await closed;
    },
    stop: async (name = 'SIGINT') => {
      signal(child, name);
      const [code] = await closed;
      return code;
    },
  };
}

function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, name);
  } catch {
    // The group is gone already.
  }
}
