import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ask, System } from '../systems/system.ts';
import { processTime, untilIdle } from './process-time.ts';

/** What a load came to. Times are milliseconds, processor time is microseconds of all the system's processes. */
export interface Measured {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly processorUs: number;
}

const WARM_UP_MS = 1000;
/** A client of the published pattern asks so often. */
const POLL_MS = 10;
const FINISHED = new Set(['succeeded', 'completed', 'failed']);

export const quantile = (values: readonly number[], q: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? Number.NaN;

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/**
 * Sends one request after the other on each of `connections`, for `seconds`, and waits until the system is idle again, so
 * that the processor time holds what was queued too. It ends sooner when there is nothing to ask any more.
 * @throws {Error} an answer had another status than the one expected
 */
export async function load(
  { origin, pids }: Pick<System, 'origin' | 'pids'>,
  next: () => Ask | undefined,
  { connections, seconds }: { readonly connections: number; readonly seconds: number },
): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const times: number[] = [];
  const run = async (ms: number) => {
    const end = performance.now() + ms;
    const client = async () => {
      while (performance.now() < end) {
        const ask = next();
        if (ask === undefined) return;
        const begun = performance.now();
        const { status, body } = await exchange(origin, ask, agent);
        if (status !== ask.expect) throw new Error(`${ask.path} answered ${status}: ${body.slice(0, 200)}`);
        times.push(performance.now() - begun);
      }
    };
    await Promise.all(Array.from({ length: connections }, client));
  };
  try {
    await run(WARM_UP_MS);
    await untilIdle(pids);
    times.length = 0;
    const before = processTime(pids);
    const begun = performance.now();
    await run(seconds * 1000);
    const took = (performance.now() - begun) / 1000;
    await untilIdle(pids);
    const processorUs = (processTime(pids) - before) / times.length;
    return {
      perSecond: times.length / took,
      p50: median(times),
      p99: quantile(times, 0.99),
      processorUs,
    };
  } finally {
    agent.destroy();
  }
}

/** Each of `clients` posts one operation and polls it to its end, then the next, `operations` in all. */
export async function lives(
  { origin, pids, post, poll }: System,
  { clients, operations }: { readonly clients: number; readonly operations: number },
): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const times: number[] = [];
  let left = operations;
  const client = async () => {
    while (left > 0) {
      left -= 1;
      const begun = performance.now();
      const accepted = await exchange(origin, post, agent);
      if (accepted.status !== post.expect) throw new Error(`${post.path} answered ${accepted.status}`);
      const ask = poll(JSON.parse(accepted.body));
      for (;;) {
        const { body } = await exchange(origin, ask, agent);
        if (FINISHED.has(JSON.parse(body).status)) break;
        await sleep(POLL_MS);
      }
      times.push(performance.now() - begun);
    }
  };
  try {
    const before = processTime(pids);
    const begun = performance.now();
    await Promise.all(Array.from({ length: clients }, client));
    const took = (performance.now() - begun) / 1000;
    await untilIdle(pids);
    return {
      perSecond: times.length / took,
      p50: median(times),
      p99: quantile(times, 0.99),
      processorUs: (processTime(pids) - before) / times.length,
    };
  } finally {
    agent.destroy();
  }
}

/** One request and its whole answer. */
export function exchange(
  origin: URL,
  { method, path, headers = {}, body }: Ask,
  agent?: Agent,
): Promise<{ readonly status: number | undefined; readonly body: string }> {
  const content =
    body === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        hostname: origin.hostname,
        port: origin.port,
        method,
        path,
        headers: { ...headers, ...content },
        ...(agent && { agent }),
      },
      (answer: IncomingMessage) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          text += chunk;
        });
        answer.on('end', () => resolve({ status: answer.statusCode, body: text }));
        answer.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
