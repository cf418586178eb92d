import { setTimeout as sleep } from 'node:timers/promises';
import type { Plan } from './plan.ts';

/** How one operation went. Times are milliseconds from its POST. */
export interface Lived {
  readonly asked: 'at once' | 'for later';
  /** The POST's status, or `unanswered`. */
  readonly status: number | 'unanswered';
  readonly answeredMs: number;
  /** Absent if it did not come to an end. */
  readonly endedMs?: number;
  readonly end?: string;
}

export interface Outcome {
  readonly lives: readonly Lived[];
  /** Why the load ended before its time. */
  readonly stopped?: string;
}

/** A text that takes the engine a moment, with a mistake. The number keeps texts apart. */
const textOf = (n: number) => `அந்த பையன் பள்ளிக்கு போனான். எண் ${n}.`;
const ENDS = new Set(['succeeded', 'failed', 'cancelled']);
const ANSWERED_WITHIN_MS = 60_000;
const ENDED_WITHIN_MS = 300_000;
/** A deployment that fails so often is not asked any more. */
const FAILURES = 20;
const FAILING = 0.2;

/**
 * Begins operations at a steady rate, every second one for later, and follows each to its end. It begins no more when the
 * deployment fails.
 */
export async function load(plan: Plan): Promise<Outcome> {
  const lives: Lived[] = [];
  const under: Promise<unknown>[] = [];
  const started = performance.now();
  const total = Math.ceil(plan.perSecond * plan.seconds);
  let stopped: string | undefined;
  for (let n = 0; n < total && stopped === undefined; n += 1) {
    await sleep(Math.max(0, started + (n * 1000) / plan.perSecond - performance.now()));
    under.push(live(plan, n).then((one) => lives.push(one)));
    const failed = lives.filter(({ status }) => status === 'unanswered' || status >= 500).length;
    if (failed >= FAILURES && failed > lives.length * FAILING)
      stopped = `${failed} of ${lives.length} requests failed`;
  }
  await Promise.all(under);
  return { lives, ...(stopped !== undefined && { stopped }) };
}

async function live(plan: Plan, n: number): Promise<Lived> {
  const asked = n % 2 === 0 ? 'at once' : 'for later';
  const begun = performance.now();
  const since = () => performance.now() - begun;
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(new URL(path, plan.target), {
      ...init,
      signal: AbortSignal.timeout(ANSWERED_WITHIN_MS),
      headers: {
        Authorization: `Bearer ${plan.token}`,
        'Content-Type': 'application/json',
        ...(asked === 'for later' && { Prefer: 'respond-async' }),
      },
    });
    return { response, body: JSON.parse(await response.text()) };
  };
  try {
    const posted = await ask('/v1/proofread', { method: 'POST', body: JSON.stringify({ text: textOf(n) }) });
    const { status } = posted.response;
    const answeredMs = since();
    if (status !== 200 && status !== 202) return { asked, status, answeredMs };
    for (let { body, response } = posted; ; ) {
      if (ENDS.has(body.status)) return { asked, status, answeredMs, endedMs: since(), end: body.status };
      if (since() > ENDED_WITHIN_MS) return { asked, status, answeredMs };
      await sleep(1000 * Number(response.headers.get('retry-after') ?? 1));
      ({ body, response } = await ask(`/v1/operations/${body.operation_id}`));
    }
  } catch {
    return { asked, status: 'unanswered', answeredMs: since() };
  }
}
