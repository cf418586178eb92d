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
  /** Whether each request opens a connection of its own, as who is new does. */
  readonly eachOnItsOwn?: boolean;
  /** Requests that may be under way at once: what is due then is counted as `held` and not sent. Without: all are sent. */
  readonly most?: number;
}

export interface Outcome {
  /** Of each status, milliseconds from when a request was due to the end of its answer, sorted. */
  readonly times: Readonly<Record<string, readonly number[]>>;
  readonly sent: number;
  /** Due, and not sent. */
  readonly held: number;
  /** Sent, and not answered whole. */
  readonly failures: Readonly<Record<string, number>>;
  /** Most requests under way at once. */
  readonly crowd: number;
  /** Milliseconds from when a request was due to when it was sent, sorted: what the sender itself was late. */
  readonly late: readonly number[];
}

const UNANSWERED_AFTER_MS = 60_000;

/** Sends at a steady rate, whatever the answers: a server that is slow gets no less. */
export async function drive(load: Load): Promise<Outcome> {
  const { most = Number.POSITIVE_INFINITY, perSecond, body } = load;
  const agent = new Agent({
    keepAlive: load.eachOnItsOwn !== true,
    maxSockets: most,
    maxFreeSockets: 10_000,
  });
  const times: Record<string, number[]> = {};
  const failures: Record<string, number> = {};
  const late: number[] = [];
  const count = (why: string) => {
    failures[why] = (failures[why] ?? 0) + 1;
  };
  let [sent, held, open, crowd, due] = [0, 0, 0, 0, 0];
  const started = performance.now();
  const end = started + load.seconds * 1000;
  const contentHeaders =
    body === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const fire = (at: number) => {
    sent += 1;
    open += 1;
    crowd = Math.max(crowd, open);
    late.push(performance.now() - at);
    let settled = false;
    const settle = (how: () => void) => {
      if (settled) return;
      settled = true;
      open -= 1;
      how();
    };
    const headers = { authorization: `Bearer ${load.tokens[sent % load.tokens.length]}`, ...contentHeaders };
    const method = body === undefined ? 'GET' : 'POST';
    const outgoing = request(load.url + load.path, { agent, method, headers }, (answer) => {
      answer.resume().once('close', () =>
        settle(() => {
          if (!answer.complete) return count('broken off');
          const status = String(answer.statusCode);
          times[status] ??= [];
          times[status].push(performance.now() - at);
          return undefined;
        }),
      );
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) =>
      settle(() =>
        count(`${error.code ?? error.message}${outgoing.reusedSocket ? ' on a kept connection' : ''}`),
      ),
    );
    outgoing.end(body);
  };
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const now = performance.now();
      for (; due < ((Math.min(now, end) - started) * perSecond) / 1000; due += 1) {
        if (open >= most) held += 1;
        else fire(started + (due * 1000) / perSecond);
      }
      if (now < end || (open > 0 && now < end + UNANSWERED_AFTER_MS)) return;
      clearInterval(timer);
      resolve();
    }, 2);
  });
  for (let n = 0; n < open; n += 1) count('unanswered');
  agent.destroy();
  for (const some of [late, ...Object.values(times)]) some.sort((a, b) => a - b);
  return { times, sent, held, failures, crowd, late };
}

/** Several outcomes as one. */
export function pooled(all: readonly Outcome[]): Outcome {
  const sum = (of: (outcome: Outcome) => number) => all.reduce((total, outcome) => total + of(outcome), 0);
  const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);
  const statuses = new Set(all.flatMap(({ times }) => Object.keys(times)));
  const reasons = new Set(all.flatMap(({ failures }) => Object.keys(failures)));
  return {
    times: Object.fromEntries(
      [...statuses].map((status) => [status, sorted(all.flatMap(({ times }) => times[status] ?? []))]),
    ),
    sent: sum(({ sent }) => sent),
    held: sum(({ held }) => held),
    failures: Object.fromEntries(
      [...reasons].map((reason) => [reason, sum(({ failures }) => failures[reason] ?? 0)]),
    ),
    crowd: sum(({ crowd }) => crowd),
    late: sorted(all.flatMap(({ late }) => late)),
  };
}

export const timesOf = ({ times }: Outcome, wanted: (status: number) => boolean = () => true): number[] =>
  Object.entries(times)
    .filter(([status]) => wanted(Number(status)))
    .flatMap(([, some]) => some)
    .sort((a, b) => a - b);

export const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;

/** In a process of its own: a load as JSON on standard input, its outcome on standard output. */
if (import.meta.main) {
  const load: Load = JSON.parse(Buffer.concat(await Array.fromAsync(process.stdin)).toString());
  console.log(JSON.stringify(await drive(load)));
}
