import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as bodyOf } from 'node:stream/consumers';

/** One call as the stand-in saw it. */
export interface GeminiCall {
  readonly method: string;
  /** E.g. `/v1beta/models/gemini-3.8-flash:generateContent`. */
  readonly path: string;
  readonly model: string;
  readonly headers: IncomingMessage['headers'];
  /** The request body: `contents`, `systemInstruction`, `generationConfig`. */
  readonly body: GenerateContentRequest;
  /** The message parts' texts, in order: markers, and the user's text in a part of its own. */
  readonly parts: readonly string[];
  /** The caller hung up before it had the whole answer. */
  closedByClient: boolean;
  readonly at: number;
}

interface GenerateContentRequest {
  readonly contents: readonly {
    readonly role?: string;
    readonly parts: readonly { readonly text?: string }[];
  }[];
  readonly systemInstruction?: { readonly parts: readonly { readonly text: string }[] };
  readonly generationConfig: Readonly<Record<string, unknown>>;
}

/**
 * What the stand-in does with a call:
 * - `answer`: 200 with this as the model's answer, objects as JSON text
 * - `response`: 200 with this as the whole GenerateContentResponse, or as raw text
 * - `error`: that status, with Google's error body; `retryDelay` (`'7s'`) as RetryInfo, `reason` as ErrorInfo
 * - `hang`: never answers; `hangAfterHeaders`: begins an answer and never ends it
 * - `reset`: breaks the connection
 * - `serve`: whatever else a server can do to a client
 */
export type GeminiBehaviour = { readonly delayMs?: number } & (
  | { readonly answer: unknown }
  | { readonly response: unknown }
  | {
      readonly error: number;
      /** Instead of the status's usual one. */
      readonly status?: string;
      readonly message?: string;
      readonly reason?: string;
      readonly retryDelay?: string;
      readonly headers?: Readonly<Record<string, string>>;
      /** Instead of Google's error body. */
      readonly body?: unknown;
    }
  | { readonly hang: true }
  | { readonly hangAfterHeaders: true }
  | { readonly reset: true }
  | { readonly serve: (response: ServerResponse) => unknown }
);

export type GeminiScript = (call: GeminiCall, index: number) => GeminiBehaviour;

export interface GeminiStandIn {
  /** What goes into `GEMINI_BASE_URL`. */
  readonly url: string;
  /** Every call so far, in the order they came. */
  readonly calls: readonly GeminiCall[];
  /** From now on calls are answered so, once the script says how. At first: a proofread without issues, a critique without items. */
  respondWith(
    script: (...call: Parameters<GeminiScript>) => GeminiBehaviour | Promise<GeminiBehaviour>,
  ): void;
  /** Resolves once the caller has hung up on a call. */
  hungUp(index: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * A loopback server with the generateContent method of the Gemini API, for the real SDK.
 * Shapes: https://ai.google.dev/api/generate-content and https://ai.google.dev/gemini-api/docs/troubleshooting.
 */
export async function startGeminiStandIn({
  remember = true,
}: {
  /** Whether `calls` is kept. A long run has no use for it. */
  readonly remember?: boolean;
} = {}): Promise<GeminiStandIn> {
  const calls: GeminiCall[] = [];
  let count = 0;
  const hangUps = new Map<number, PromiseWithResolvers<void>>();
  const hangUp = (index: number) => {
    const known = hangUps.get(index) ?? Promise.withResolvers<void>();
    hangUps.set(index, known);
    return known;
  };
  let script: Parameters<GeminiStandIn['respondWith']>[0] = sound;

  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const model = /models\/([^:]+):generateContent$/.exec(path)?.[1];
    bodyOf(request)
      .then(async (raw) => {
        if (request.method !== 'POST' || model === undefined) return send(response, 404, errorBody(404, {}));
        const body = JSON.parse(raw) as GenerateContentRequest;
        const call: GeminiCall = {
          method: request.method,
          path,
          model,
          headers: request.headers,
          body,
          parts: body.contents.flatMap(({ parts }) => parts.map(({ text = '' }) => text)),
          closedByClient: false,
          at: performance.now(),
        };
        if (remember) calls.push(call);
        const index = count;
        count += 1;
        response.on('close', () => {
          if (response.writableFinished) return;
          call.closedByClient = true;
          if (remember) hangUp(index).resolve();
        });
        const behaviour = await script(call, index);
        if (behaviour.delayMs !== undefined) await sleep(behaviour.delayMs, response);
        behave(behaviour, model, response);
      })
      .catch((error: unknown) => response.destroy(error as Error));
  });
  // The client is to hang up first: what it sends at the last moment must not find its connection closed.
  server.keepAliveTimeoutBuffer = 30_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    respondWith(next) {
      script = next;
    },
    hungUp: (index) => hangUp(index).promise,
    async close() {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}

function behave(behaviour: GeminiBehaviour, model: string, response: ServerResponse): void {
  if ('hang' in behaviour) return;
  if ('reset' in behaviour) {
    response.socket?.resetAndDestroy();
    return;
  }
  if ('serve' in behaviour) {
    void behaviour.serve(response);
    return;
  }
  if ('hangAfterHeaders' in behaviour) {
    response.writeHead(200, { 'content-type': 'application/json' }).write('{"candidates": [');
    return;
  }
  if ('error' in behaviour) {
    const { error, body = errorBody(error, behaviour), headers } = behaviour;
    send(response, error, body, headers);
    return;
  }
  send(response, 200, 'answer' in behaviour ? generated(behaviour.answer, { model }) : behaviour.response);
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** Sends the client elsewhere. */
export const redirectTo = (status: number, location: string): GeminiBehaviour => ({
  serve: (response) => response.writeHead(status, { location }).end(),
});

/** Begins an answer of `status` and sends `bytes` of it, or as many as the client takes. Tells how many it took. */
export function flood(status: number, bytes: number, headers: Record<string, string> = {}) {
  const chunk = Buffer.alloc(64 * 1024, ' ');
  const sent = { bytes: 0 };
  const serve = (response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    const pour = () => {
      while (sent.bytes < bytes && !response.destroyed) {
        sent.bytes += chunk.length;
        if (!response.write(chunk)) return void response.once('drain', pour);
      }
      response.end();
    };
    pour();
  };
  return { sent, behaviour: { serve } satisfies GeminiBehaviour };
}

/** Sends the whole answer packed, so small that a limit of what is on the wire would never see it. */
export const bomb = (status: number, packed: Buffer, encoding = 'gzip'): GeminiBehaviour => ({
  serve: (response) =>
    response
      .writeHead(status, { 'content-type': 'application/json', 'content-encoding': encoding })
      .end(packed),
});

/** Begins an answer and sends one byte more every so many milliseconds, until the client hangs up. */
export const drip = (status: number, everyMs: number): GeminiBehaviour => ({
  serve: (response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).write('{');
    const timer = setInterval(() => response.write(' '), everyMs);
    response.on('close', () => clearInterval(timer));
  },
});

/** Sends a whole answer, one piece after the other. */
export const inPieces = (pieces: readonly string[], everyMs: number): GeminiBehaviour => ({
  serve: async (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    for (const piece of pieces) {
      response.write(piece);
      await sleep(everyMs, response);
    }
    response.end();
  },
});

/** Breaks an answer off: after `half` of it, with the rest announced by a length or by chunks. */
export const truncated = (half: string, framing: 'length' | 'chunked'): GeminiBehaviour => ({
  serve: (response) => {
    const length = { 'content-length': String(2 * Buffer.byteLength(half)) };
    response.writeHead(200, { 'content-type': 'application/json', ...(framing === 'length' && length) });
    response.write(half, () => response.socket?.destroySoon());
  },
});

/** A sleep that ends with the connection. */
const sleep = (ms: number, response: ServerResponse) =>
  new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer);
      response.off('close', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    response.once('close', end);
  });

/** A GenerateContentResponse with `answer` as the model's text. */
export function generated(
  answer: unknown,
  { model = 'gemini-3.8-flash', finishReason = 'STOP', candidatesTokenCount = 50 } = {},
) {
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  return {
    candidates: [{ content: { parts: [{ text }], role: 'model' }, finishReason, index: 0 }],
    usageMetadata: {
      promptTokenCount: 1000,
      candidatesTokenCount,
      thoughtsTokenCount: 25,
      cachedContentTokenCount: 400,
      totalTokenCount: 1025 + candidatesTokenCount,
    },
    modelVersion: model,
    responseId: 'mAitaLmkHPPlz7IPvtfUqQ4',
  };
}

/** A response whose prompt was blocked: it has no candidates. */
export const promptBlocked = (blockReason = 'SAFETY') => ({
  promptFeedback: {
    blockReason,
    safetyRatings: [{ category: 'HARM_CATEGORY_HARASSMENT', probability: 'HIGH', blocked: true }],
  },
  usageMetadata: { promptTokenCount: 1000, totalTokenCount: 1000 },
  modelVersion: 'gemini-3.8-flash',
});

/** A response whose answer was withheld: a candidate without content. */
export const answerBlocked = (finishReason = 'SAFETY') => ({
  candidates: [{ finishReason, index: 0 }],
  usageMetadata: { promptTokenCount: 1000, totalTokenCount: 1000 },
});

const STATUSES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

function errorBody(
  code: number,
  given: { status?: string; message?: string; reason?: string; retryDelay?: string },
) {
  const details = [
    ...(given.reason === undefined
      ? []
      : [
          {
            '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
            reason: given.reason,
            domain: 'googleapis.com',
          },
        ]),
    ...(given.retryDelay === undefined
      ? []
      : [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: given.retryDelay }]),
  ];
  return {
    error: {
      code,
      message: given.message ?? `Stand-in error ${code}`,
      status: given.status ?? STATUSES[code] ?? 'UNKNOWN',
      ...(details.length > 0 && { details }),
    },
  };
}

const SECTION = { title: 'பகுதி', summary: 'இப்பகுதி நன்று.', items: [] };

/** An answer that is right for either analysis, told apart by what the schema asks for. */
export const sound: GeminiScript = ({ body }) =>
  JSON.stringify(body.generationConfig['responseJsonSchema'] ?? {}).includes('"sections"')
    ? {
        answer: {
          summary: 'கட்டுரை நன்று.',
          topFixes: [],
          sections: { structure: SECTION, clarity: SECTION, facts: SECTION, citations: SECTION },
        },
      }
    : { answer: { issues: [] } };
