import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

export interface TiedProcess {
  /** The shell around the command; its output and exit are the command's. */
  readonly process: ChildProcess;
  /** Of the command itself. */
  readonly pid: Promise<number>;
  /** Kills the command and waits for its end. */
  readonly end: () => Promise<void>;
}

/**
 * The shell waits on its standard input, which closes when this process dies, and takes the command with it. It tells
 * the command's process id on descriptor 3, and nobody that it was killed.
 */
const END_WITH_PARENT =
  'exec 4<&0; "$@" 3>&- 4<&- & child=$!; echo $child >&3; exec 3>&- 2>/dev/null; { cat <&4; kill -9 $child; } >/dev/null 2>&1 & wait $child';

/** Starts a command that ends with this process, however this process ends. `pipe` leaves its output to the caller. */
export function spawnTied(
  command: readonly string[],
  env: NodeJS.ProcessEnv,
  output: 'inherit' | 'pipe' = 'inherit',
): TiedProcess {
  const shell = spawn('sh', ['-c', END_WITH_PARENT, 'sh', ...command], {
    stdio: ['pipe', output, output, 'pipe'],
    env,
  });
  const exited = once(shell, 'exit');
  return {
    process: shell,
    pid: text(shell.stdio[3] as Readable).then(Number),
    end: async () => {
      shell.stdin?.end();
      await exited;
    },
  };
}
