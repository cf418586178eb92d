import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../measure/load.ts';
import { processTime } from '../measure/process-time.ts';
import type { Ask } from '../systems/system.ts';

/** Unfinished operations that clients wait for. */
export interface Awaited {
  readonly name: string;
  readonly origin: URL;
  /** The processes that hold the requests of those who wait. */
  readonly pids: readonly number[];
  /** GET of each operation. */
  readonly asks: readonly Ask[];
  /** Finishes one more of them. */
  readonly finish: (n: number) => unknown;
}

/** Milliseconds of processor time in a second, and milliseconds from the end of an operation to its client's answer. */
export interface Waited {
  readonly idle: number;
  readonly waiting: number;
  readonly p50: number;
  readonly p99: number;
}

const BETWEEN_ENDS_MS = 15;

/**
 * One client waits for each operation, in the way that `headers` ask for. Operations end one by one. The end is the record's
 * `completed_at`, taken before it is written, so the write counts too. The processes are watched for `seconds` without and with
 * those who wait.
 */
export async function measureWait(
  awaited: Awaited,
  headers: Readonly<Record<string, string>>,
  seconds: number,
): Promise<Waited> {
  const { origin, pids, asks, finish } = awaited;
  const perSecond = async () => {
    const before = processTime(pids);
    await sleep(seconds * 1000);
    return (processTime(pids) - before) / seconds / 1000;
  };
  const idle = await perSecond();
  const agent = new Agent({ keepAlive: true, maxSockets: asks.length });
  const answers = asks.map((ask) =>
    untilEnd(origin, { ...ask, headers: { ...ask.headers, ...headers } }, agent),
  );
  await sleep(1500);
  const waiting = await perSecond();
  for (let n = 0; n < asks.length; n += 1) {
    void finish(n);
    await sleep(BETWEEN_ENDS_MS);
  }
  const lags = await Promise.all(answers);
  agent.destroy();
  return { idle, waiting, p50: quantile(lags, 0.5), p99: quantile(lags, 0.99) };
}

/** Milliseconds from the end of the operation to the arrival of the state that tells of it. */
function untilEnd(origin: URL, { path, headers }: Ask, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(new URL(path, origin), { agent, headers: { ...headers } }, (response) => {
      let said = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        said += text;
        const [, at] = /"completed_at":"([^"]+)"/.exec(said) ?? [];
        if (at !== undefined) resolve(Date.now() - Date.parse(at));
      });
      response.on('end', () =>
        reject(new Error(`${path} ended before its operation: ${said.slice(0, 300)}`)),
      );
    });
    asked.on('error', reject).end();
  });
}
