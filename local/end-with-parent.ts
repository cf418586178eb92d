import { execFileSync } from 'node:child_process';

const EVERY_MS = 500;

/**
 * Ends this process when the `npm` that started it was killed: npm cannot pass SIGKILL on, and a server without a
 * terminal would keep its port.
 */
export function endWithParent(): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const npm = npmAbove(process.ppid);
  if (npm === undefined) return;
  setInterval(() => {
    if (!isAlive(npm)) process.kill(process.pid, 'SIGKILL');
  }, EVERY_MS).unref();
}

/** npm runs a script by a shell, which is this process's parent unless it made way for it. */
function npmAbove(pid: number): number | undefined {
  const parent = ask(pid);
  if (parent === undefined || parent.command.startsWith('npm')) return parent && pid;
  return ask(parent.ppid)?.command.startsWith('npm') ? parent.ppid : undefined;
}

/** `undefined` where there is no `ps`, as on Windows: then the server ends with its terminal only. */
function ask(pid: number): { ppid: number; command: string } | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'ppid=,args=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    const [, ppid, command] = /^\s*(\d+)\s+(.*)$/m.exec(line) ?? [];
    return command === undefined ? undefined : { ppid: Number(ppid), command };
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
