import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface TiedProcess {
  /** The shell around the command; its output and exit are the command's. */
  readonly process: ChildProcess;
  /** Kills the command and waits for its end. */
  readonly end: () => Promise<void>;
}

/** The shell waits on its standard input, which closes when this process dies, and takes the command with it. */
const END_WITH_PARENT =
  'exec 3<&0; "$@" 3<&- & child=$!; { cat <&3; kill -9 $child; } >/dev/null 2>&1 & wait $child';

/** Starts a command that ends with this process, however this process ends. */
export function spawnTied(command: readonly string[], env: NodeJS.ProcessEnv): TiedProcess {
  const shell = spawn('sh', ['-c', END_WITH_PARENT, 'sh', ...command], {
    stdio: ['pipe', 'inherit', 'inherit'],
    env,
  });
  const exited = once(shell, 'exit');
  return {
    process: shell,
    end: async () => {
      shell.stdin?.end();
      await exited;
    },
  };
}
