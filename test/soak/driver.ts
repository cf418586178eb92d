import { setTimeout as sleep } from 'node:timers/promises';
import { type Exchange, type Observed, observed } from './history.ts';
import type { Plan, PlannedOperation } from './plan.ts';

export interface Driver {
  /** Everything asked and answered so far. */
  readonly history: Exchange[];
  readonly kills: number[];
  readonly begun: () => number;
  readonly played: () => number;
  /** Plays the plan, waits for what is unfinished, and looks at everything once more. */
  readonly run: () => Promise<void>;
}

export interface DriverOptions {
  readonly plan: Plan;
  readonly url: string;
  readonly tokenFor: (tenant: string) => Promise<string>;
  readonly kill: (chance: number) => Promise<unknown>;
  /** Operations played at once. */
  readonly concurrency: number;
  /** How long after the last one everything accepted may take to end. */
  readonly settleMs: number;
}

type Request = Omit<Exchange, 'started' | 'ended' | 'status' | 'code' | 'contentType' | 'replayed' | 'seen'>;

type Answered = Exchange & { readonly next?: string | undefined };

const TERMINAL = new Set(['succeeded', 'failed', 'cancelled']);
const TRIES = 60;
const PAUSE_MS = 250;
/** A client stops watching then, and leaves the rest to the end of the run. */
const WATCH_MS = 4000;
const INTRUDER = 'intruder';

export function createDriver(options: DriverOptions): Driver {
  const { plan, url, tokenFor, kill, concurrency, settleMs } = options;
  const history: Exchange[] = [];
  const kills: number[] = [];
  const unfinished = new Map<string, { tenant: string; index: number }>();
  /** Also what was recorded although its answer was lost: lists show it. */
  const known = new Map<string, { tenant: string; index: number }>();
  let begun = 0;
  let played = 0;

  const exchange = async (request: Request, path: string, init: RequestInit = {}): Promise<Answered> => {
    const token = await tokenFor(request.tenant);
    const started = performance.now();
    const timeout = AbortSignal.timeout(30_000);
    const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
    let made: Answered;
    try {
      const response = await fetch(url + path, {
        ...init,
        signal,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...init.headers },
      });
      const body: unknown = await response.json();
      made = {
        ...request,
        started,
        ended: performance.now(),
        status: response.status,
        contentType: response.headers.get('content-type') ?? '',
        ...(response.ok ? {} : { code: codeOf(body) }),
        replayed: response.headers.get('idempotent-replayed') === 'true',
        seen: response.ok ? observed(body) : [],
        next: nextOf(body),
      };
    } catch {
      made = { ...request, started, ended: performance.now(), seen: [] };
    }
    history.push(made);
    for (const { id, tenant, status } of made.seen) {
      const owner = { tenant, index: made.index };
      if (!known.has(id)) known.set(id, owner);
      if (TERMINAL.has(status)) unfinished.delete(id);
      else unfinished.set(id, known.get(id) ?? owner);
    }
    return made;
  };

  const get = (tenant: string, index: number, id: string) =>
    exchange({ action: 'get', tenant, index, id }, `/v1/operations/${id}`);
  const cancel = (tenant: string, index: number, id: string) =>
    exchange({ action: 'cancel', tenant, index, id }, `/v1/operations/${id}/cancel`, { method: 'POST' });
  /** One page; resolves to the token of the next. */
  const list = async (tenant: string, token = ''): Promise<string | undefined> => {
    const page = token === '' ? '' : `&page_token=${token}`;
    const { next } = await exchange(
      { action: 'list', tenant, index: -1 },
      `/v1/operations?page_size=100${page}`,
    );
    return next;
  };

  const post = (operation: PlannedOperation, body: 'a' | 'b', signal?: AbortSignal) => {
    const { index, tenant, endpoint, key, prefer, text } = operation;
    const sent = body === 'a' ? text : `${text} அவள் வந்தாள்.`;
    return exchange(
      { action: 'submit', tenant, index, key, endpoint, body, synchronous: isSynchronous(operation, sent) },
      `/v1/${endpoint}`,
      {
        method: 'POST',
        body: JSON.stringify(endpoint === 'proofread' ? { text: sent } : { essay: sent }),
        headers: {
          ...(key !== undefined && { 'idempotency-key': key }),
          ...(prefer !== undefined && { prefer }),
        },
        ...(signal && { signal }),
      },
    );
  };

  /** Sends until there is an answer that settles it. Without a key, once. */
  const submit = async (operation: PlannedOperation, body: 'a' | 'b', hangUp?: AbortSignal) => {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const { status, code, seen } = await post(operation, body, tries === 0 ? hangUp : undefined);
      const [seen1] = seen;
      if (seen1 !== undefined) return seen1;
      const settled = status !== undefined && status !== 503 && code !== 'idempotency-in-progress';
      if (operation.key === undefined || settled) return undefined;
      await sleep(PAUSE_MS);
    }
    throw new Error(`operation ${operation.index} was never answered`);
  };

  const play = async (operation: PlannedOperation): Promise<void> => {
    const { index, tenant, copies, otherBody, hangsUpAfterMs } = operation;
    const hangUp = hangsUpAfterMs === undefined ? undefined : AbortSignal.timeout(hangsUpAfterMs);
    const requests = [
      ...Array.from({ length: copies }, (_, copy) => submit(operation, 'a', copy === 0 ? hangUp : undefined)),
      ...(otherBody ? [submit(operation, 'b')] : []),
    ];
    const seen = (await Promise.all(requests)).find((one): one is Observed => one !== undefined);
    if (seen === undefined) return;
    await Promise.all([
      watch(operation, seen),
      operation.intruder && get(INTRUDER, index, seen.id),
      operation.intruder && cancel(INTRUDER, index, seen.id),
      operation.lists && list(tenant),
      cancelLater(operation, seen.id),
    ]);
  };

  const cancelLater = async ({ cancelsAfterMs, tenant, index }: PlannedOperation, id: string) => {
    if (cancelsAfterMs === undefined) return;
    await sleep(cancelsAfterMs);
    await cancel(tenant, index, id);
  };

  const watch = async ({ tenant, index }: PlannedOperation, { id }: Observed) => {
    const until = performance.now() + WATCH_MS;
    for (let pause = 25; unfinished.has(id) && performance.now() < until; pause = Math.min(pause * 2, 400)) {
      await sleep(pause);
      await get(tenant, index, id);
    }
  };

  const settle = async () => {
    const until = performance.now() + settleMs;
    while (unfinished.size > 0 && performance.now() < until) {
      await eachOf([...unfinished], concurrency, ([id, { tenant, index }]) => get(tenant, index, id));
      await sleep(PAUSE_MS);
    }
  };

  const lookAgain = async () => {
    await eachOf([...known], concurrency, ([id, { tenant, index }]) => get(tenant, index, id));
  };

  const listAll = async () => {
    for (const tenant of new Set([...plan.operations.map((one) => one.tenant), INTRUDER])) {
      for (let token = ''; ; ) {
        const next = await list(tenant, token);
        if (next === undefined) break;
        token = next;
      }
    }
  };

  return {
    history,
    kills,
    begun: () => begun,
    played: () => played,
    run: async () => {
      let killing: Promise<unknown> = Promise.resolve();
      const due = plan.kills.values();
      let next = due.next();
      await eachOf(plan.operations, concurrency, async (operation) => {
        begun += 1;
        if (!next.done && begun >= next.value.after) {
          const { chance } = next.value;
          next = due.next();
          killing = killing.then(async () => {
            kills.push(performance.now());
            await kill(chance);
          });
        }
        await play(operation);
        played += 1;
      });
      await killing;
      await settle();
      await listAll();
      await settle();
      await lookAgain();
    },
  };
}

const nextOf = (body: unknown): string | undefined =>
  typeof body === 'object' && body !== null && 'next_page_token' in body
    ? String(body.next_page_token)
    : undefined;

const codeOf = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'code' in body ? String(body.code) : 'none';

const isSynchronous = ({ prefer = '' }: PlannedOperation, text: string): boolean =>
  !prefer.includes('respond-async') && text.length <= 1200;

async function eachOf<T>(
  items: readonly T[],
  atOnce: number,
  each: (item: T) => Promise<unknown>,
): Promise<void> {
  const left = items.values();
  const work = async () => {
    for (const item of left) await each(item);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}
