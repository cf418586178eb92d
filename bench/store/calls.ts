import { quantile } from '../measure/load.ts';

/** What so many calls came to. Processor time is that of this process with all its threads, in microseconds of a call. */
export interface Calls {
  readonly perSecond: number;
  readonly processorUs: number;
  readonly p50: number;
  readonly p99: number;
}

/** Makes `count` calls, `atOnce` of them under way. Times are milliseconds. */
export async function makeCalls(
  count: number,
  atOnce: number,
  call: (n: number) => Promise<void>,
): Promise<Calls> {
  const times: number[] = [];
  let next = 0;
  const before = process.cpuUsage();
  const begun = performance.now();
  const caller = async () => {
    while (next < count) {
      const n = next;
      next += 1;
      const asked = performance.now();
      await call(n);
      times.push(performance.now() - asked);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, caller));
  const perSecond = count / ((performance.now() - begun) / 1000);
  const { user, system } = process.cpuUsage(before);
  return {
    perSecond,
    processorUs: (user + system) / count,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
  };
}
