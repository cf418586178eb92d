import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** One clock tick of Linux, in microseconds: the unit in which `/proc` counts (proc(5), `sysconf(_SC_CLK_TCK)`). */
const TICK_US = 10_000;
const IDLE_PAUSE_MS = 300;
const IDLE_LIMIT_MS = 60_000;

/** Processor time that the processes have used with all their threads, user and system, in microseconds. */
export const processTime = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => {
    // The second field is the command's name in brackets, and may itself hold blanks and brackets.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return sum + (Number(fields[11]) + Number(fields[12])) * TICK_US;
  }, 0);

/** Waits until the processes have done what they were asked: they use less than two ticks in a pause. */
export async function untilIdle(pids: readonly number[]): Promise<void> {
  const end = performance.now() + IDLE_LIMIT_MS;
  for (let before = processTime(pids); performance.now() < end; ) {
    await sleep(IDLE_PAUSE_MS);
    const after = processTime(pids);
    if (after - before < 2 * TICK_US) return;
    before = after;
  }
  throw new Error(`the processes ${pids.join(', ')} were still busy after ${IDLE_LIMIT_MS / 1000} s`);
}

/** Resident memory of the processes, in MiB. */
export const residentMiB = (pids: readonly number[]): number =>
  pids.reduce(
    (sum, pid) =>
      sum + Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024,
    0,
  );
