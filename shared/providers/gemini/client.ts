import type { ThinkingLevel } from '@google/genai';
import { once } from '../../once.ts';
import { unlessAborted } from '../../unless-aborted.ts';
import type { Budget } from './budget.ts';
import { connect, type GeminiAccess } from './connection.ts';
import { CallFault } from './faults.ts';
import type { Question } from './question.ts';
import { answerOf, usageOf } from './response.ts';

export interface CallOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly traceparent?: string | undefined;
  /** Counts the call. Whether there is enough left for it is the caller's to ask. */
  readonly budget: Budget;
}

/** One call is one HTTP request. */
export interface GeminiClient {
  /**
   * The text of the model's answer.
   * @throws {CallFault} and, once the signal is aborted, its reason
   */
  ask(model: string, question: Question, options: CallOptions): Promise<string>;
}

/** The enum itself would load the SDK. */
const LOW = 'LOW' as ThinkingLevel;

/** The SDK is loaded, and its client built, at the first call; after a failure again at the next. */
export function createGeminiClient(access: GeminiAccess): GeminiClient {
  const client = once(() => connect(access));
  return {
    async ask(model, question, { signal, timeoutMs, traceparent, budget }) {
      signal.throwIfAborted();
      const timeout = AbortSignal.timeout(timeoutMs);
      const abortSignal = AbortSignal.any([signal, timeout]);
      const call = async () => {
        const { models } = await client();
        return models.generateContent({
          model,
          contents: [{ role: 'user', parts: question.parts.map((text) => ({ text })) }],
          config: {
            abortSignal,
            systemInstruction: question.instructions,
            responseMimeType: 'application/json',
            responseJsonSchema: question.schema,
            maxOutputTokens: question.maxOutputTokens,
            ...(model.startsWith('gemini-3') && { thinkingConfig: { thinkingLevel: LOW } }),
            ...(traceparent !== undefined && { httpOptions: { headers: { traceparent } } }),
          },
        });
      };
      const end = budget.begin();
      const response = await unlessAborted(abortSignal, call).catch((cause: unknown) => {
        const fault = timeout.aborted
          ? new CallFault('broken', `no answer in ${timeoutMs} ms`)
          : faultOf(cause);
        end(signal.aborted || fault.kind === 'broken' ? 'unknown' : 'nothing');
        signal.throwIfAborted();
        throw fault;
      });
      end(usageOf(response));
      return answerOf(response);
    },
  };
}

/** Calls reject with `CallFault`. Any other error comes from signing in, or from the SDK reading a bad answer. */
function faultOf(cause: unknown): CallFault {
  if (cause instanceof CallFault) return cause;
  // V8's message quotes the text that is not JSON, and that may be the user's.
  if (cause instanceof SyntaxError || cause instanceof TypeError)
    return new CallFault('broken', 'no readable answer');
  const refused = cause instanceof Error && /default credentials|invalid_grant/i.test(cause.message);
  return new CallFault(refused ? 'misconfigured' : 'unreachable', 'no sign-in', { cause });
}
