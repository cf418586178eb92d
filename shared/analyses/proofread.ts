import * as z from 'zod';
import { disabledRules, ruleName } from './rules.ts';
import { wellFormedText } from './text.ts';

export const MAX_PROOFREAD_TEXT = 10_000;

export const proofreadInput = z.strictObject({
  text: wellFormedText(MAX_PROOFREAD_TEXT),
  language: z.literal('ta').default('ta'),
  disabled_rules: disabledRules,
});

/** One correction. `start` and `end` are UTF-16 code units of the original text, `end` exclusive. */
export const proofreadIssue = z.object({
  type: z.enum(['grammar', 'spelling', 'style', 'clarity']),
  severity: z.enum(['low', 'medium', 'high']),
  message: z.string().min(1),
  start: z.int().min(0),
  end: z.int().min(0),
  suggestion: z.string(),
  /** The rule of the offline engine that found the issue. Absent if a language model found it. */
  rule: ruleName.optional(),
});

/** A recorded issue. `source` marks an issue of the offline engine that was added to those of a language model. */
export const recordedIssue = proofreadIssue.extend({ source: z.literal('rules').optional() });

export const proofreadResult = z.object({
  original_text: z.string(),
  corrected_text: z.string(),
  issues: z.array(proofreadIssue),
});

export type ProofreadIssue = z.infer<typeof proofreadIssue>;
export type ProofreadResult = z.infer<typeof proofreadResult>;
export type RecordedIssue = z.infer<typeof recordedIssue>;

/** A result as it is recorded. Clients do not see `source`. */
export interface RecordedProofread extends ProofreadResult {
  issues: RecordedIssue[];
}
