/** Processor time in milliseconds that this thread spends on `work`: unlike the clock's, it is the same on a busy machine. */
export function cpuMs(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}
