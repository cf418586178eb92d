import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

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

interface Asked {
  readonly ppid: number;
  readonly command: string;
}

/** `undefined` where there is neither /proc nor `ps`, as on Windows: then the server ends with its terminal only. */
const ask = (pid: number): Asked | undefined => askProc(pid) ?? askPs(pid);

/** Linux. Slim images have no `ps`. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function askProc(pid: number): Asked | undefined {
  try {
    // The name, in brackets, may hold a bracket of its own.
    const ppid = /^.*\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return ppid === undefined ? undefined : { ppid: Number(ppid), command };
  } catch {
    return undefined;
  }
}

function askPs(pid: number): Asked | undefined {
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
