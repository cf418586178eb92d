import { Agent, request } from 'node:http';

/** One request, as often as it is due. */
export interface Load {
  readonly url: string;
  readonly path: string;
  readonly tokens: readonly string[];
  /** JSON to POST; a GET without. */
  readonly body?: string;
  readonly perSecond: number;
  readonly seconds: number;
  /** Requests that may be under way at once: what is due then is counted as `held` and not sent. */
  readonly most: number;
}

export interface Outcome {
  readonly statuses: Record<string, number>;
  /** Milliseconds from when a request was due to the end of its answer, sorted. */
  readonly times: readonly number[];
  readonly failures: number;
  readonly held: number;
}

/** Sends at a steady rate, whatever the answers: a server that is slow gets no less. */
export async function drive(load: Load): Promise<Outcome> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.most });
  const statuses: Record<string, number> = {};
  const times: number[] = [];
  let [failures, held, open, due] = [0, 0, 0, 0];
  const started = performance.now();
  const end = started + load.seconds * 1000;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const now = performance.now();
      for (; due < ((Math.min(now, end) - started) * load.perSecond) / 1000; due += 1) {
        if (open >= load.most) held += 1;
        else fire(started + (due * 1000) / load.perSecond);
      }
      if (now < end || open > 0) return;
      clearInterval(timer);
      resolve();
    }, 2);
    const fire = (at: number) => {
      open += 1;
      const headers = {
        authorization: `Bearer ${load.tokens[due % load.tokens.length]}`,
        ...(load.body !== undefined && {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(load.body),
        }),
      };
      const method = load.body === undefined ? 'GET' : 'POST';
      const sent = request(load.url + load.path, { agent, method, headers }, (answer) => {
        answer.resume().once('close', () => {
          open -= 1;
          if (!answer.complete) failures += 1;
          times.push(performance.now() - at);
          statuses[String(answer.statusCode)] = (statuses[String(answer.statusCode)] ?? 0) + 1;
        });
      });
      sent.on('error', () => {
        open -= 1;
        failures += 1;
      });
      sent.end(load.body);
    };
  });
  agent.destroy();
  return { statuses, times: times.sort((a, b) => a - b), failures, held };
}

export const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;

/** In a process of its own: a load as JSON on standard input, its outcome on standard output. */
if (import.meta.main) {
  const load: Load = JSON.parse(Buffer.concat(await Array.fromAsync(process.stdin)).toString());
  console.log(JSON.stringify(await drive(load)));
}
