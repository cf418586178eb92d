import type { GenerateContentResponse, GoogleGenAI, GoogleGenAIOptions, ThinkingLevel } from '@google/genai';
import type { Usage } from '../provider.ts';
import { CallFault } from './faults.ts';
import { httpFault } from './http-fault.ts';

export interface GeminiAccess {
  readonly apiKey?: string | undefined;
  /** Vertex AI by Application Default Credentials, instead of a key. */
  readonly vertex?:
    | {
        readonly project: string;
        readonly location: string;
        /** Where the credentials come from, if not from the environment. */
        readonly googleAuthOptions?: GoogleGenAIOptions['googleAuthOptions'];
      }
    | undefined;
  /** Where the API is, if not at Google. */
  readonly baseUrl?: string | undefined;
}

/** What is asked: the instructions, and apart from them the parts that hold the user's text. */
export interface Question {
  readonly instructions: string;
  readonly parts: readonly string[];
  /** JSON Schema of the answer, in the keywords Gemini's structured output knows. */
  readonly schema: unknown;
}

export interface CallOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly traceparent?: string | undefined;
  /** Told what each answer cost, usable or not. */
  readonly onUsage: (usage: Usage) => void;
}

/** One call is one HTTP request. */
export interface GeminiClient {
  /**
   * The text of the model's answer.
   * @throws {CallFault} and, once the signal is aborted, its reason
   */
  ask(model: string, question: Question, options: CallOptions): Promise<string>;
}

/** Far above any honest answer: it bounds what a model that runs away can cost. */
const MAX_OUTPUT_TOKENS = 32_768;

/** The enum itself would load the SDK. */
const LOW = 'LOW' as ThinkingLevel;

/** The SDK is loaded, and its client built, at the first call and once. */
export function createGeminiClient(access: GeminiAccess): GeminiClient {
  let client: Promise<GoogleGenAI> | undefined;
  return {
    async ask(model, { instructions, parts, schema }, { signal, timeoutMs, traceparent, onUsage }) {
      signal.throwIfAborted();
      const timeout = AbortSignal.timeout(timeoutMs);
      const abortSignal = AbortSignal.any([signal, timeout]);
      const call = async () => {
        client ??= connect(access);
        const { models } = await client;
        const response = await models.generateContent({
          model,
          contents: [{ role: 'user', parts: parts.map((text) => ({ text })) }],
          config: {
            abortSignal,
            systemInstruction: instructions,
            responseMimeType: 'application/json',
            responseJsonSchema: schema,
            maxOutputTokens: MAX_OUTPUT_TOKENS,
            ...(model.startsWith('gemini-3') && { thinkingConfig: { thinkingLevel: LOW } }),
            ...(traceparent !== undefined && { httpOptions: { headers: { traceparent } } }),
          },
        });
        onUsage(usageOf(response));
        return answerOf(response);
      };
      return await orAbort(call(), abortSignal).catch((cause: unknown) => {
        signal.throwIfAborted();
        throw timeout.aborted ? new CallFault('unreachable', `no answer in ${timeoutMs} ms`) : faultOf(cause);
      });
    },
  };
}

function faultOf(cause: unknown): CallFault {
  if (cause instanceof CallFault) return cause;
  const signIn = cause instanceof Error && /default credentials|invalid_grant/i.test(cause.message);
  return new CallFault(signIn ? 'misconfigured' : 'unreachable', 'no readable answer', { cause });
}

async function connect({ apiKey, vertex, baseUrl }: GeminiAccess): Promise<GoogleGenAI> {
  const { GoogleGenAI } = await import('@google/genai');
  // Whatever is left out here the SDK would look up in the environment, so nothing is left out.
  const httpOptions = { baseUrl: baseUrl ?? homeOf(vertex?.location), fetch: fetchOrFault };
  if (vertex === undefined)
    return new GoogleGenAI({ vertexai: false, apiKey: apiKey ?? '', apiVersion: 'v1beta', httpOptions });
  const { project, location, googleAuthOptions } = vertex;
  return new GoogleGenAI({
    vertexai: true,
    project,
    location,
    apiVersion: 'v1',
    httpOptions,
    ...(googleAuthOptions && { googleAuthOptions }),
  });
}

/** https://cloud.google.com/vertex-ai/generative-ai/docs/learn/locations */
function homeOf(location: string | undefined): string {
  if (location === undefined) return 'https://generativelanguage.googleapis.com';
  if (location === 'global') return 'https://aiplatform.googleapis.com';
  if (location === 'us' || location === 'eu') return `https://aiplatform.${location}.rep.googleapis.com`;
  return `https://${location}-aiplatform.googleapis.com`;
}

/** `fetch` that turns every status but 2xx into a fault: the SDK's own error loses the headers. */
const fetchOrFault: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  if (response.ok) return response;
  throw httpFault(response.status, response.headers, await response.text());
};

/** Signing in does not listen to the signal, so it is raced. */
async function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** The answer's text, thoughts left out. */
function answerOf({ candidates, promptFeedback }: GenerateContentResponse): string {
  if (promptFeedback?.blockReason)
    throw new CallFault('blocked', `prompt blocked: ${promptFeedback.blockReason}`);
  const candidate = candidates?.[0];
  const reason: string = candidate?.finishReason ?? 'STOP';
  if (BLOCKING_REASONS.has(reason)) throw new CallFault('blocked', `answer withheld: ${reason}`);
  if (reason !== 'STOP') throw new CallFault('unusable', `answer broken off: ${reason}`);
  const text = (candidate?.content?.parts ?? [])
    .map((part) => (part.thought ? '' : (part.text ?? '')))
    .join('');
  if (text.trim() === '') throw new CallFault('unusable', 'empty answer');
  return text;
}

/** https://ai.google.dev/api/generate-content#FinishReason */
const BLOCKING_REASONS: ReadonlySet<string> = new Set([
  'SAFETY',
  'RECITATION',
  'BLOCKLIST',
  'PROHIBITED_CONTENT',
  'SPII',
]);

const count = (tokens: number | undefined): number =>
  Number.isSafeInteger(tokens) ? Math.max(0, tokens ?? 0) : 0;

function usageOf({ usageMetadata: used }: GenerateContentResponse): Usage {
  return {
    input_tokens: count(used?.promptTokenCount),
    output_tokens: count(used?.candidatesTokenCount) + count(used?.thoughtsTokenCount),
    cached_tokens: count(used?.cachedContentTokenCount),
  };
}
