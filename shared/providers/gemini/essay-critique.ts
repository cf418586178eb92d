import * as z from 'zod';
import { critiqueItem, type EssayCritiqueResult, SECTIONS } from '../../analyses/essay-critique.ts';
import { abridge } from './abridge.ts';
import { answerSchema } from './answer.ts';
import { asData, type Job, MAX_PART, partsOf, roomFor } from './job.ts';
import { CRITIQUE_PART, CRITIQUE_PROMPT, CRITIQUE_WHOLE } from './prompts/essay-critique.ts';
import { readCritique } from './read-critique.ts';

const { severity, badge } = critiqueItem.shape;

const askedSection = z.object({
  summary: z.string(),
  items: z.array(
    z.object({
      category: z.string(),
      severity,
      title: z.string(),
      description: z.string(),
      location: z.object({ excerpt: z.string() }).nullable(),
      suggestion: z
        .object({ text: z.string(), canAutoApply: z.boolean(), meaningMayChange: z.boolean() })
        .nullable(),
      badge,
      sourceUrl: z.string().nullable(),
      sourceTitle: z.string().nullable(),
    }),
  ),
});

/** What the model is asked for: the result without what we make ourselves (ids, offsets, titles, safety flags). */
const asked = answerSchema(
  z.object({
    summary: z.string(),
    topFixes: z.array(z.string()),
    sections: z.object({
      structure: askedSection,
      clarity: askedSection,
      facts: askedSection,
      citations: askedSection,
    }),
  }),
);

/** An item of 131 tokens for every 65 units, where the longest part, of 7,000, is asked for no more than 32. */
const TOKENS_PER_UNIT = 2;

/**
 * Makes a critique's questions to a model: one for an essay that fits into one part. A longer essay is read abridged as a
 * whole, for what only the whole shows, and part by part for the rest.
 */
export function critiqueJobs(essay: string): Job<EssayCritiqueResult>[] {
  const locateIn = (text: string, offset: number) => (answer: unknown) => readCritique(answer, text, offset);
  const parts = partsOf(essay).map((part, _, { length }) => ({
    question: {
      instructions: length === 1 ? CRITIQUE_PROMPT : `${CRITIQUE_PROMPT}\n\n${CRITIQUE_PART}`,
      parts: part.asData,
      schema: asked,
      maxOutputTokens: roomFor(part.text.length, TOKENS_PER_UNIT),
    },
    read: locateIn(part.text, part.start),
  }));
  if (parts.length === 1) return parts;
  const abridged = abridge(essay, MAX_PART);
  const whole = {
    question: {
      instructions: `${CRITIQUE_PROMPT}\n\n${CRITIQUE_WHOLE}`,
      parts: asData('TEXT', abridged),
      schema: asked,
      maxOutputTokens: roomFor(abridged.length, TOKENS_PER_UNIT),
    },
    read: locateIn(essay, 0),
  };
  return [whole, ...parts];
}

const MAX_TOP_FIXES = 3;

/** One critique out of those of the whole (first) and its parts. What two of them found is kept once. */
export function mergeCritiques(critiques: readonly EssayCritiqueResult[]): EssayCritiqueResult {
  const [whole] = critiques;
  if (critiques.length === 1 && whole) return whole;
  const named = critiques.map((critique, index) => withIds(critique, (id) => `${index}-${id}`));
  const topFixes = [...new Set(named.flatMap((critique) => critique.topFixes))].slice(0, MAX_TOP_FIXES);
  const section = (name: (typeof SECTIONS)[number]) => {
    const all = named.map((critique) => critique.sections[name]);
    const read = name === 'structure' ? all.slice(0, 1) : all.slice(1);
    const once = new Map(
      all.flatMap(({ items }) => items).map((item) => [JSON.stringify([item.title, item.location]), item]),
    );
    return {
      title: all[0]?.title ?? '',
      summary: [...new Set(read.map(({ summary }) => summary).filter((summary) => summary !== ''))].join(' '),
      items: [...once.values()],
    };
  };
  return {
    summary: named.find(({ summary }) => summary !== '')?.summary ?? '',
    topFixes,
    sections: {
      structure: section('structure'),
      clarity: section('clarity'),
      facts: section('facts'),
      citations: section('citations'),
    },
    safetyFlags: named.flatMap(({ safetyFlags }) => safetyFlags),
  };
}

function withIds(critique: EssayCritiqueResult, rename: (id: string) => string): EssayCritiqueResult {
  const sections = { ...critique.sections };
  for (const name of SECTIONS)
    sections[name] = {
      ...sections[name],
      items: sections[name].items.map((item) => ({ ...item, id: rename(item.id) })),
    };
  return {
    ...critique,
    sections,
    safetyFlags: critique.safetyFlags.map((flag) => ({ ...flag, itemId: rename(flag.itemId) })),
  };
}
