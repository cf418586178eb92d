import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what a client sees is not typed
  readonly body: any;
}

export interface Client {
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Reply>;
  readonly post: (path: string, body?: unknown, headers?: Record<string, string>) => Promise<Reply>;
  readonly delete: (path: string) => Promise<Reply>;
  /** Posts as a client should: with a key, and again while nothing is known to be recorded. */
  readonly accepted: (path: string, body: unknown, headers?: Record<string, string>) => Promise<Reply>;
  /** Polls until the operation is finished. */
  readonly finished: (id: string, withinMs?: number) => Promise<Reply>;
}

/** A tenant's client of a service. */
export function clientOf(url: string, token: string): Client {
  const call = async (path: string, init: RequestInit): Promise<Reply> => {
    const response = await fetch(url + path, { ...init, signal: AbortSignal.timeout(40_000) });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  };
  const authorization = { authorization: `Bearer ${token}` };
  const get: Client['get'] = (path, headers = {}) =>
    call(path, { headers: { ...authorization, ...headers } });
  const post: Client['post'] = (path, body, headers = {}) =>
    call(path, {
      method: 'POST',
      headers: { ...authorization, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body ?? {}),
    });
  return {
    get,
    post,
    delete: (path) => call(path, { method: 'DELETE', headers: authorization }),
    accepted: async (path, body, headers = {}) => {
      const key = { 'idempotency-key': randomUUID(), ...headers };
      for (let tries = 1; ; tries += 1) {
        const reply = await post(path, body, key);
        // A first one that was answered 503 may be at work all the same.
        const comesAgain = reply.status === 503 || reply.body?.code === 'idempotency-in-progress';
        if (!comesAgain || tries === 100) return reply;
        await sleep(200);
      }
    },
    finished: async (id, withinMs = 150_000) => {
      const deadline = Date.now() + withinMs;
      for (;;) {
        const reply = await get(`/v1/operations/${id}`);
        if (['succeeded', 'failed', 'cancelled'].includes(reply.body?.status)) return reply;
        if (Date.now() > deadline)
          throw new Error(`still ${JSON.stringify(reply.body)} after ${withinMs} ms`);
        await sleep(50);
      }
    },
  };
}

/** Looks at an operation until it is as wanted. */
export async function eventually(
  look: () => Promise<Reply>,
  wanted: (operation: { readonly status: string; readonly progress?: number }) => boolean,
): Promise<Reply> {
  for (let tries = 0; tries < 2400; tries += 1) {
    const reply = await look();
    if (wanted(reply.body)) return reply;
    await sleep(25);
  }
  throw new Error('the operation never came to that');
}
