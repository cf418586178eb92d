import type { GenerateContentResponse } from '@google/genai';
import * as z from 'zod';
import type { Usage } from '../port.ts';
import { CallFault } from './faults.ts';

/** What there is of a candidate's text. The SDK's types say what an answer should be, not what it is. */
const given = z
  .object({
    content: z.object({
      parts: z.array(
        z
          .object({ text: z.string().catch(''), thought: z.unknown().optional() })
          .transform(({ text, thought }) => (thought ? '' : text))
          .catch(''),
      ),
    }),
  })
  .catch({ content: { parts: [] } });

/**
 * The text of the answer, without the model's thoughts.
 * @throws {CallFault} it was withheld, broken off, or is empty
 */
export function answerOf({ candidates, promptFeedback }: GenerateContentResponse): string {
  if (promptFeedback?.blockReason)
    throw new CallFault('blocked', `prompt blocked: ${nameOf(promptFeedback.blockReason)}`);
  const candidate = candidates?.[0];
  const reason: string = candidate?.finishReason ?? 'STOP';
  if (BLOCKING_REASONS.has(reason)) throw new CallFault('blocked', `answer withheld: ${reason}`);
  if (reason !== 'STOP') throw new CallFault('unusable', `answer broken off: ${nameOf(reason)}`);
  const text = given.parse(candidate).content.parts.join('');
  if (text.trim() === '') throw new CallFault('unusable', 'empty answer');
  return text;
}

/** A reason may be shown to a client, so it is a name of Google's or none. */
const nameOf = (reason: string): string => (/^[A-Z][A-Z_]{0,39}$/.test(reason) ? reason : 'OTHER');

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

export function usageOf({ usageMetadata: used }: GenerateContentResponse): Usage {
  return {
    input_tokens: count(used?.promptTokenCount),
    output_tokens: count(used?.candidatesTokenCount) + count(used?.thoughtsTokenCount),
    cached_tokens: count(used?.cachedContentTokenCount),
  };
}
