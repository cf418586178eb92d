import * as z from 'zod';
import { createLocator, type Locate } from '../../analyses/grounding.ts';
import { type ProofreadIssue, proofreadIssue } from '../../analyses/proofread.ts';
import { isRangeOf } from '../../analyses/range.ts';
import { isCorrection } from '../../analyses/suggestion.ts';
import type { Findings } from '../port.ts';
import { answerSchema, inTamil, offset, oneOf, refuseForeign, words } from './answer.ts';
import { CallFault } from './faults.ts';
import { type Job, partsOf, roomFor } from './job.ts';
import { PROOFREAD_PROMPT } from './prompts/proofread.ts';

const { type, severity } = proofreadIssue.shape;

/** What the model is asked for: excerpts, since models cannot count. */
const asked = answerSchema(
  z.object({
    issues: z.array(
      z.object({
        excerpt: z.string(),
        before: z.string(),
        suggestion: z.string(),
        type,
        severity,
        message: z.string(),
      }),
    ),
  }),
);

/** What is taken: that, or ranges, as the contract has them. */
const taken = z.object({
  type: oneOf(type.options, 'grammar'),
  severity: oneOf(severity.options, 'medium'),
  message: words,
  excerpt: words,
  before: words,
  start: offset,
  end: offset,
  suggestion: z.string(),
});
type Taken = z.infer<typeof taken>;

const MESSAGES = {
  spelling: 'இச்சொல்லின் எழுத்தைச் சரிபார்க்கவும்.',
  grammar: 'இங்கே இலக்கண அமைப்பைச் சரிபார்க்கவும்.',
  style: 'இங்கே எழுத்து நடைக்கு ஏற்ற வடிவம் பொருந்தும்.',
  clarity: 'இத்தொடரை இன்னும் தெளிவாக எழுதலாம்.',
} as const satisfies Record<ProofreadIssue['type'], string>;

/** An issue of 51 tokens for every 13 units: far above any honest answer. */
const TOKENS_PER_UNIT = 4;

/** A proofread as questions to a model, one for each part of the text. */
export const proofreadJobs = (text: string): Job<Findings['proofread']>[] =>
  partsOf(text).map((part) => ({
    question: {
      instructions: PROOFREAD_PROMPT,
      parts: part.asData,
      schema: asked,
      maxOutputTokens: roomFor(part.text.length, TOKENS_PER_UNIT),
    },
    read: (answer) => ({
      issues: readIssues(answer, part.text).map((issue) => ({
        ...issue,
        start: issue.start + part.start,
        end: issue.end + part.start,
      })),
    }),
  }));

/**
 * The corrections in an answer, at their places in `text`. What has no place in it, or is no correction, is left out.
 * @throws {CallFault} the answer is not of the form
 */
export function readIssues(answer: unknown, text: string): ProofreadIssue[] {
  const given = z
    .union([
      z.object({ issues: z.array(z.unknown()).nullable() }).transform(({ issues }) => issues ?? []),
      z.array(z.unknown()),
    ])
    .safeParse(answer).data;
  if (given === undefined) throw new CallFault('unusable', 'the answer has no list of issues');
  const readable = given
    .map((issue) => taken.safeParse(issue).data)
    .filter((issue) => issue !== undefined)
    .filter(({ excerpt, start, end }) => excerpt !== '' || (start !== undefined && end !== undefined));
  if (given.length > 0 && readable.length === 0)
    throw new CallFault('unusable', 'no issue in the answer is of the form');
  refuseForeign(readable.map(({ message }) => message));
  const locate = createLocator(text);
  const issues: ProofreadIssue[] = [];
  for (const issue of readable) {
    const found = place(text, locate, issue, issues.at(-1)?.end);
    if (found === undefined || !isCorrection(text, found, found.suggestion)) continue;
    const { start, end, suggestion } = found;
    const message = inTamil(issue.message, MESSAGES[issue.type]);
    issues.push({ type: issue.type, severity: issue.severity, message, start, end, suggestion });
  }
  return issues;
}

function place(text: string, locate: Locate, issue: Taken, from: number | undefined) {
  const { excerpt, before, start, end, suggestion } = issue;
  if (excerpt === '') {
    if (start === undefined || end === undefined || !isRangeOf(text, start, end)) return undefined;
    return { start, end, suggestion };
  }
  const range = locate({ excerpt, before, near: start, from });
  if (range === undefined) return undefined;
  const asCopied = text.slice(range.start, range.end) === excerpt;
  return { ...range, suggestion: asCopied ? suggestion : suggestion.trim() };
}
