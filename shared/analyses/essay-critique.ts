import * as z from 'zod';
import { disabledRules } from './rules.ts';
import { wellFormedText } from './text.ts';

export const MAX_ESSAY = 20_000;

export const essayCritiqueInput = z.strictObject({
  essay: wellFormedText(MAX_ESSAY),
  language: z.literal('ta').default('ta'),
  disabled_rules: disabledRules,
});

/** Where an item points: UTF-16 code units of the essay, `to` exclusive; `excerpt` is exactly that range. */
export const location = z.object({ from: z.int().min(0), to: z.int().min(0), excerpt: z.string() });

export const critiqueItem = z.object({
  id: z.string().min(1),
  category: z.string().min(1),
  severity: z.enum(['high', 'medium', 'low']),
  title: z.string().min(1),
  description: z.string().min(1),
  location: location.nullable(),
  suggestion: z
    .object({ text: z.string(), canAutoApply: z.boolean(), meaningMayChange: z.boolean() })
    .nullable(),
  badge: z.enum(['verified', 'unverified', 'conflicting']).nullable(),
  sourceUrl: z.string().nullable(),
  sourceTitle: z.string().nullable(),
});

export const critiqueSection = z.object({
  title: z.string().min(1),
  summary: z.string().min(1),
  items: z.array(critiqueItem),
});

export const SECTIONS = ['structure', 'clarity', 'facts', 'citations'] as const;

export const essayCritiqueResult = z.object({
  summary: z.string().min(1),
  topFixes: z.array(z.string()),
  sections: z.object({
    structure: critiqueSection,
    clarity: critiqueSection,
    facts: critiqueSection,
    citations: critiqueSection,
  }),
  safetyFlags: z.array(
    z.object({
      itemId: z.string(),
      type: z.enum(['meaning-change', 'unverified', 'conflicting']),
      message: z.string().min(1),
    }),
  ),
});

export type CritiqueItem = z.infer<typeof critiqueItem>;
export type CritiqueSection = z.infer<typeof critiqueSection>;
export type EssayCritiqueResult = z.infer<typeof essayCritiqueResult>;
