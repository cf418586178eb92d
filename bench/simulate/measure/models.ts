import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { TEXT } from '../../systems/text.ts';

/** How the stand-in answers from now on. */
export interface Answering {
  readonly latencyMs: number;
  readonly faultMs: number;
  /** Of each operation, by the number in its text, so many first calls are answered 429. Absent: none. */
  readonly refusals?: readonly number[];
  /** Every call is answered 503 from, until: milliseconds since the last `answer`. */
  readonly outage?: readonly [number, number] | undefined;
}

/** A call as the stand-in saw it. Times are milliseconds since the last `answer`. */
export interface ModelCall {
  readonly at: number;
  readonly answeredAt: number;
  readonly status: number;
}

export interface ModelStandIn {
  /** What goes into `GEMINI_BASE_URL`. */
  readonly url: string;
  /** Answered calls since the last `answer`, by the number of the operation. */
  readonly calls: ReadonlyMap<number, readonly ModelCall[]>;
  /** Resolves to now, in milliseconds since the epoch. */
  answer(answering: Answering): number;
  close(): Promise<void>;
}

const SOUND = {
  candidates: [{ content: { role: 'model', parts: [{ text: '{"issues":[]}' }] }, finishReason: 'STOP' }],
  usageMetadata: { promptTokenCount: 900, candidatesTokenCount: 10, totalTokenCount: 910 },
};

/** A text by which the stand-in knows the operation. */
export const textOf = (operation: number): string => `${TEXT} operation=${operation};`;
const NUMBER = /operation=(\d+);/;

/**
 * A language model on loopback that takes its time, refuses the first calls of some operations and is away for a while. What
 * it refuses depends on the operation and not on the order in which calls come, so that two runs can be compared.
 * Shapes: https://ai.google.dev/api/generate-content
 */
export async function startModelStandIn(): Promise<ModelStandIn> {
  let answering: Answering = { latencyMs: 0, faultMs: 0 };
  let begun = performance.now();
  let calls = new Map<number, ModelCall[]>();
  const server = createServer(async (request, response) => {
    const of = calls;
    const since = begun;
    const at = performance.now() - since;
    const operation = await operationOf(request);
    const { latencyMs, faultMs, refusals, outage = [0, 0] } = answering;
    const answered = of.get(operation) ?? [];
    of.set(operation, answered);
    const isAway = at >= outage[0] && at < outage[1];
    const isRefused = answered.length < (refusals?.[operation] ?? 0);
    const status = isAway ? 503 : isRefused ? 429 : 200;
    await sleep(status === 200 ? latencyMs : faultMs);
    answered.push({ at, answeredAt: performance.now() - since, status });
    if (status === 200) json(response, 200, SOUND);
    else fail(response, status, isAway ? 'UNAVAILABLE' : 'RESOURCE_EXHAUSTED');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get calls() {
      return calls;
    },
    answer(next) {
      answering = next;
      begun = performance.now();
      calls = new Map();
      return Date.now();
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** `-1`: the text has no number. */
const operationOf = async (request: IncomingMessage): Promise<number> =>
  Number(NUMBER.exec(await text(request))?.[1] ?? -1);

const fail = (response: ServerResponse, code: number, status: string) =>
  json(response, code, { error: { code, status, message: 'from the stand-in' } });

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
