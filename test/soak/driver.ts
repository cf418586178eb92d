import { setTimeout as sleep } from 'node:timers/promises';
import type { Kill } from './facts.ts';
import { type Answer, answerOf, digest, type Exchange, type Page, type Request } from './history.ts';
import type { Plan, PlannedList, PlannedOperation } from './plan.ts';

export interface Driver {
  /** Everything asked and answered so far. */
  readonly history: Exchange[];
  readonly kills: Kill[];
  readonly played: () => number;
  /** Plays the plan, waits for what is unfinished, and looks at everything once more. */
  readonly run: () => Promise<void>;
}

export interface DriverOptions {
  readonly plan: Plan;
  readonly url: string;
  readonly tokenFor: (tenant: string) => Promise<string>;
  /** Kills something, and resolves once it serves again. */
  readonly kill: (chance: number) => Promise<unknown>;
  /** Operations played at once. */
  readonly concurrency: number;
  /** How long after the last one everything accepted may take to end. */
  readonly settleMs: number;
}

interface Sent {
  readonly id: string;
  readonly tenant: string;
  readonly index: number;
}

const TERMINAL = new Set(['succeeded', 'failed', 'cancelled']);
/** So long a request is sent again, if it is not settled. */
const KEEP_TRYING_MS = 60_000;
const PAUSE_MS = 250;
/** A client stops watching then, and leaves the rest to the end of the run. */
const WATCH_MS = 4000;
const INTRUDER = 'intruder';
/** So many pages of a list are read beside an operation. */
const PAGES = 3;

/** Milliseconds since the epoch by a clock that never jumps. */
const now = (): number => performance.timeOrigin + performance.now();

export function createDriver(options: DriverOptions): Driver {
  const { plan, url, tokenFor, kill, concurrency, settleMs } = options;
  const history: Exchange[] = [];
  const kills: Kill[] = [];
  const unfinished = new Map<string, Sent>();
  /** Also what was recorded although its answer was lost: lists show it. */
  const known = new Map<string, Sent>();
  let begun = 0;
  let played = 0;
  let walks = 0;

  /** Resolves to the answer and its body; to nothing where none came. */
  const exchange = async (
    request: Request,
    path: string,
    init: RequestInit = {},
  ): Promise<(Answer & { readonly body: unknown }) | undefined> => {
    const id = `${request.index}-${history.length}-${crypto.randomUUID()}`;
    const token = await tokenFor(request.tenant);
    const started = now();
    const timeout = AbortSignal.timeout(30_000);
    const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'x-request-id': id,
      ...init.headers,
    };
    const made = { ...request, request: id, started };
    try {
      const response = await fetch(url + path, { ...init, signal, headers });
      const body: unknown = await response.json();
      const answer = answerOf(response.status, response.headers, body);
      history.push({ ...made, ended: now(), answer });
      for (const seen of answer.seen) {
        if (!known.has(seen.id)) known.set(seen.id, { ...request, id: seen.id });
        if (TERMINAL.has(seen.status)) unfinished.delete(seen.id);
        else unfinished.set(seen.id, known.get(seen.id) as Sent);
      }
      return { ...answer, body };
    } catch {
      history.push({ ...made, ended: now() });
      return undefined;
    }
  };

  const get = ({ tenant, index, id }: Sent) =>
    exchange({ action: 'get', tenant, index, id }, `/v1/operations/${id}`);
  const cancel = ({ tenant, index, id }: Sent) =>
    exchange({ action: 'cancel', tenant, index, id }, `/v1/operations/${id}/cancel`, { method: 'POST' });

  /** Walks through a list, at most so many pages. A page without an answer is asked for again. */
  const list = async (tenant: string, { size, ...filter }: PlannedList, pages: number): Promise<void> => {
    walks += 1;
    const page: Page = { walk: String(walks), size, ...filter };
    const query = new URLSearchParams({ page_size: String(size), ...filter });
    for (let read = 0, until = now() + KEEP_TRYING_MS; read < pages && now() < until; ) {
      const answer = await exchange({ action: 'list', tenant, index: -1, page }, `/v1/operations?${query}`);
      if (answer?.status !== 200) await sleep(PAUSE_MS);
      else {
        const { next_page_token } = answer.body as { next_page_token?: string };
        if (next_page_token === undefined) return;
        query.set('page_token', next_page_token);
        read += 1;
        until = now() + KEEP_TRYING_MS;
      }
    }
  };

  const post = (operation: PlannedOperation, text: string, hangUp: AbortSignal | undefined) => {
    const { index, tenant, endpoint, key, prefer } = operation;
    return exchange(
      {
        action: 'submit',
        tenant,
        index,
        key,
        endpoint,
        text: digest(text),
        synchronous: isSynchronous(operation, text),
        ...(hangUp && { hangsUp: true }),
      },
      `/v1/${endpoint}`,
      {
        method: 'POST',
        body: JSON.stringify(endpoint === 'proofread' ? { text } : { essay: text }),
        headers: {
          ...(key !== undefined && { 'idempotency-key': key }),
          ...(prefer !== undefined && { prefer }),
        },
        ...(hangUp && { signal: hangUp }),
      },
    );
  };

  /** Sends until there is an answer that settles it. Without a key, once. */
  const submit = async (operation: PlannedOperation, text: string, hangUp?: AbortSignal) => {
    const until = now() + KEEP_TRYING_MS;
    for (let tries = 0; now() < until; tries += 1) {
      const answer = await post(operation, text, tries === 0 ? hangUp : undefined);
      const [seen] = answer?.seen ?? [];
      if (seen !== undefined) return seen.id;
      const isSettled = answer && answer.status !== 503 && answer.code !== 'idempotency-in-progress';
      if (operation.key === undefined || isSettled) return undefined;
      await sleep(PAUSE_MS);
    }
    throw new Error(`operation ${operation.index} was never answered`);
  };

  const play = async (operation: PlannedOperation): Promise<void> => {
    const { index, tenant, text, copies, otherBody, hangsUpAfterMs, intruder, lists } = operation;
    const hangUp = hangsUpAfterMs === undefined ? undefined : AbortSignal.timeout(hangsUpAfterMs);
    const ids = await Promise.all([
      ...Array.from({ length: copies }, (_, n) => submit(operation, text, n === 0 ? hangUp : undefined)),
      ...(otherBody ? [submit(operation, `${text} அவள் வந்தாள்.`)] : []),
    ]);
    const id = ids.find((one) => one !== undefined);
    if (id === undefined) return;
    const sent = { id, tenant, index };
    await Promise.all([
      watch(sent),
      intruder && get({ ...sent, tenant: INTRUDER }),
      intruder && cancel({ ...sent, tenant: INTRUDER }),
      lists && list(tenant, lists, PAGES),
      cancelLater(operation, sent),
    ]);
  };

  const cancelLater = async ({ cancelsAfterMs }: PlannedOperation, sent: Sent) => {
    if (cancelsAfterMs === undefined) return;
    await sleep(cancelsAfterMs);
    await cancel(sent);
  };

  const watch = async (sent: Sent) => {
    const until = now() + WATCH_MS;
    for (let pause = 25; unfinished.has(sent.id) && now() < until; pause = Math.min(pause * 2, 400)) {
      await sleep(pause);
      await get(sent);
    }
  };

  const settle = async () => {
    const until = now() + settleMs;
    while (unfinished.size > 0 && now() < until) {
      await eachOf([...unfinished.values()], concurrency, get);
      await sleep(PAUSE_MS);
    }
  };

  const listAll = async () => {
    const tenants = new Set([...plan.operations.map(({ tenant }) => tenant), INTRUDER]);
    for (const tenant of tenants) await list(tenant, { size: 100 }, Number.POSITIVE_INFINITY);
  };

  const killOne = async (chance: number) => {
    const from = now();
    await kill(chance);
    kills.push({ from, to: now() });
  };

  return {
    history,
    kills,
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
          killing = killing.then(() => killOne(chance));
        }
        await play(operation);
        played += 1;
      });
      await killing;
      await settle();
      await listAll();
      await settle();
      await eachOf([...known.values()], concurrency, get);
    },
  };
}

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
