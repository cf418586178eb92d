import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Whoever starts anew when npm has ended must not find this server at the port. */
const EVERY_MS = 50;
/** Only each so many looks ask for the state of npm, which takes ten times as long. */
const STATE_EVERY = 10;

/**
 * Calls `end` when the `npm` that started this process has ended: the server would keep its port. npm cannot pass SIGKILL on,
 * and passes SIGTERM to its shell, which ends without passing it on.
 */
export function endWithParent(end: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const npm = npmAbove(process.ppid);
  if (npm === undefined) return;
  const parent = process.ppid;
  let looks = 0;
  const looking = setInterval(() => {
    looks += 1;
    if (process.ppid === parent && exists(npm) && (looks % STATE_EVERY > 0 || !isZombie(npm))) return;
    clearInterval(looking);
    end();
  }, EVERY_MS).unref();
}

/** npm runs a script in a shell. The shell is this process's parent, unless it replaced itself by this process. */
function npmAbove(pid: number): number | undefined {
  const parent = ask(pid);
  if (parent === undefined || parent.command.startsWith('npm')) return parent && pid;
  return ask(parent.ppid)?.command.startsWith('npm') ? parent.ppid : undefined;
}

interface Asked {
  /** `Z` for a process that has ended. Absent if `ps` was asked. */
  readonly state?: string;
  readonly ppid: number;
  readonly command: string;
}

/** `undefined` on systems without /proc and `ps`, such as Windows. There the server ends only with its terminal. */
const ask = (pid: number): Asked | undefined => askProc(pid) ?? askPs(pid);

/** Linux. Slim images have no `ps`. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function askProc(pid: number): Asked | undefined {
  try {
    // The name stands in brackets and may hold a bracket itself.
    const [, state, ppid] = /^.*\) (\S) (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return state === undefined ? undefined : { state, ppid: Number(ppid), command };
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

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A process that has ended still accepts signals until its parent reads its exit code. */
const isZombie = (pid: number): boolean => askProc(pid)?.state === 'Z';
