import type { GenerateContentResponse } from '@google/genai';
import type { Usage } from '../provider.ts';
import { CallFault } from './faults.ts';

/**
 * The answer's text, thoughts left out.
 * @throws {CallFault} it was withheld, broken off, or is empty
 */
export function answerOf({ candidates, promptFeedback }: GenerateContentResponse): string {
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

export function usageOf({ usageMetadata: used }: GenerateContentResponse): Usage {
  return {
    input_tokens: count(used?.promptTokenCount),
    output_tokens: count(used?.candidatesTokenCount) + count(used?.thoughtsTokenCount),
    cached_tokens: count(used?.cachedContentTokenCount),
  };
}
