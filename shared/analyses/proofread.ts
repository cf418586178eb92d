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
  /** The offline engine's rule, where that found it. */
  rule: ruleName.optional(),
});

/** An issue as it is recorded: `source` names the engine whose finding was added to those of the operation's `provider`. */
export const recordedIssue = proofreadIssue.extend({ source: z.literal('rules').optional() });

export const proofreadResult = z.object({
  original_text: z.string(),
  corrected_text: z.string(),
  issues: z.array(proofreadIssue),
});

export type ProofreadIssue = z.infer<typeof proofreadIssue>;
export type ProofreadResult = z.infer<typeof proofreadResult>;
export type RecordedIssue = z.infer<typeof recordedIssue>;

/** More than a client is shown. */
export interface RecordedProofread extends ProofreadResult {
  issues: RecordedIssue[];
}
