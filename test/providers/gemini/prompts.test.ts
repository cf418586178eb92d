import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import {
  CRITIQUE_PART,
  CRITIQUE_PROMPT,
  CRITIQUE_PROMPT_VERSION,
  CRITIQUE_WHOLE,
} from '../../../shared/providers/gemini/prompts/essay-critique.ts';
import {
  PROOFREAD_PROMPT,
  PROOFREAD_PROMPT_VERSION,
} from '../../../shared/providers/gemini/prompts/proofread.ts';

const digest = (...prompts: string[]) =>
  createHash('sha256').update(prompts.join('\0')).digest('hex').slice(0, 12);

// A prompt that changed under the version it is recorded by makes that record worthless.
it('a prompt that changes gets a new version', () => {
  expect({
    [PROOFREAD_PROMPT_VERSION]: digest(PROOFREAD_PROMPT),
    [CRITIQUE_PROMPT_VERSION]: digest(CRITIQUE_PROMPT, CRITIQUE_WHOLE, CRITIQUE_PART),
  }).toEqual({ 'proofread-1': '1182cb645acb', 'essay-critique-1': '3df865e53ecd' });
});
