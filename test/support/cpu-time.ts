/** Processor time in milliseconds that this thread spends on `work`: unlike the clock's, it is the same on a busy machine. */
export function cpuMs(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

/**
 * The most processor time in milliseconds that this thread spends between two turns of the event loop while `work` goes on:
 * for so long nobody else is served.
 */
export async function longestTurnMs(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let before = process.threadCpuUsage();
  const measure = () => {
    const { user, system } = process.threadCpuUsage(before);
    longest = Math.max(longest, (user + system) / 1000);
    before = process.threadCpuUsage();
  };
  const turns = setInterval(measure, 1);
  await work();
  measure();
  clearInterval(turns);
  return longest;
}
