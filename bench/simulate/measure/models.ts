import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { seeded } from '../model/random.ts';

/** How the stand-in answers from now on. */
export interface Answering {
  readonly latencyMs: number;
  readonly faultMs: number;
  /** Share of the calls that are answered 429. */
  readonly throttledShare: number;
  /** Every call is answered 503 from, until: milliseconds since the last `answer`. */
  readonly outage?: readonly [number, number] | undefined;
}

export interface ModelStandIn {
  /** What goes into `GEMINI_BASE_URL`. */
  readonly url: string;
  /** Calls since the last `answer`. */
  readonly calls: number;
  answer(answering: Answering): void;
  close(): Promise<void>;
}

const SOUND = {
  candidates: [{ content: { role: 'model', parts: [{ text: '{"issues":[]}' }] }, finishReason: 'STOP' }],
  usageMetadata: { promptTokenCount: 900, candidatesTokenCount: 10, totalTokenCount: 910 },
};

/**
 * A language model on loopback that takes its time, refuses a share of the calls and is away for a while.
 * Shapes: https://ai.google.dev/api/generate-content
 */
export async function startModelStandIn(): Promise<ModelStandIn> {
  const random = seeded(20_261_126);
  let answering: Answering = { latencyMs: 0, faultMs: 0, throttledShare: 0 };
  let begun = performance.now();
  let calls = 0;
  const server = createServer(async (request, response) => {
    request.resume();
    calls += 1;
    const { latencyMs, faultMs, throttledShare, outage = [0, 0] } = answering;
    const at = performance.now() - begun;
    const isAway = at >= outage[0] && at < outage[1];
    const isThrottled = !isAway && random() < throttledShare;
    await sleep(isAway || isThrottled ? faultMs : latencyMs);
    if (isAway) fail(response, 503, 'UNAVAILABLE');
    else if (isThrottled) fail(response, 429, 'RESOURCE_EXHAUSTED');
    else json(response, 200, SOUND);
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
      calls = 0;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

const fail = (response: ServerResponse, code: number, status: string) =>
  json(response, code, { error: { code, status, message: 'from the stand-in' } });

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
