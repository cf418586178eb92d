import type { ThinkingLevel } from '@google/genai';
import { once } from '../../once.ts';
import type { Usage } from '../provider.ts';
import { connect, type GeminiAccess } from './connection.ts';
import { CallFault } from './faults.ts';
import { answerOf, usageOf } from './response.ts';

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

/** The SDK is loaded, and its client built, at the first call; after a failure again at the next. */
export function createGeminiClient(access: GeminiAccess): GeminiClient {
  const client = once(() => connect(access));
  return {
    async ask(model, { instructions, parts, schema }, { signal, timeoutMs, traceparent, onUsage }) {
      signal.throwIfAborted();
      const timeout = AbortSignal.timeout(timeoutMs);
      const abortSignal = AbortSignal.any([signal, timeout]);
      const call = async () => {
        const { models } = await client();
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
  // V8's message quotes what is not JSON, and that may be the user's text.
  const told = cause instanceof SyntaxError ? {} : { cause };
  return new CallFault(signIn ? 'misconfigured' : 'unreachable', 'no readable answer', told);
}

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
