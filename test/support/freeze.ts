import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Stops a process until `wake`, and waits until it has stopped: the kernel lets one thread take the signal, and until that
 * one has its turn on a busy machine, the others go on answering.
 */
export async function freeze(pid: number | undefined): Promise<void> {
  process.kill(known(pid), 'SIGSTOP');
  while (statesOf(known(pid)).some((state) => GOES_ON.includes(state))) await sleep(1);
}

export function wake(pid: number | undefined): void {
  process.kill(known(pid), 'SIGCONT');
}

/** Running, or waiting for something (proc(5)). */
const GOES_ON = 'RSD';

/** Of each thread; none where there is no `/proc`, or no such process any more. */
function statesOf(pid: number): string[] {
  const tasks = `/proc/${pid}/task`;
  try {
    return readdirSync(tasks).map((task) => {
      const stat = readFileSync(`${tasks}/${task}/stat`, 'utf8');
      return stat.charAt(stat.lastIndexOf(')') + 2);
    });
  } catch {
    return [];
  }
}

/** Signals to no process in particular would go to all of the group. */
function known(pid: number | undefined): number {
  if (pid === undefined) throw new Error('the process has not started');
  return pid;
}
