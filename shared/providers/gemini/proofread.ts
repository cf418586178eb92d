import * as z from 'zod';
import { createLocator, type Locate } from '../../analyses/grounding.ts';
import { type ProofreadIssue, proofreadIssue } from '../../analyses/proofread.ts';
import { isRangeOf } from '../../analyses/range.ts';
import { isCorrection } from '../../analyses/suggestion.ts';
import { createPace } from '../../pace.ts';
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
    read: async (answer) => {
      const issues = await readIssues(answer, part.text);
      const inWhole = ({ start, end, ...issue }: ProofreadIssue) => ({
        ...issue,
        start: start + part.start,
        end: end + part.start,
      });
      return { issues: issues.map(inWhole) };
    },
  }));

/** Issues of an answer that are looked at: a part of 7,000 units has no more that can all be applied. */
const MAX_ISSUES = 1_000;

/**
 * Finds the corrections of an answer in `text`. An item whose excerpt is not in the text, or that corrects nothing, is dropped.
 * @throws {CallFault} the answer is not of the form
 */
export async function readIssues(answer: unknown, text: string): Promise<ProofreadIssue[]> {
  const given = z
    .union([
      z.object({ issues: z.array(z.unknown()).nullable() }).transform(({ issues }) => issues ?? []),
      z.array(z.unknown()),
    ])
    .safeParse(answer)
    .data?.slice(0, MAX_ISSUES);
  if (given === undefined) throw new CallFault('unusable', 'the answer has no list of issues');
  const pace = createPace();
  const readable: Taken[] = [];
  for (const each of given) {
    const issue = taken.safeParse(each).data;
    if (issue !== undefined && isAboutAPlace(issue)) readable.push(issue);
    await pace();
  }
  if (given.length > 0 && readable.length === 0)
    throw new CallFault('unusable', 'no issue in the answer is of the form');
  refuseForeign(readable.map(({ message }) => message));
  const locate = createLocator(text);
  const issues: ProofreadIssue[] = [];
  for (const issue of readable) {
    const found = place(text, locate, issue, issues.at(-1)?.end);
    if (found !== undefined && isCorrection(text, found, found.suggestion)) {
      const { start, end, suggestion } = found;
      const message = inTamil(issue.message, MESSAGES[issue.type]);
      issues.push({ type: issue.type, severity: issue.severity, message, start, end, suggestion });
    }
    await pace();
  }
  return issues;
}

const isAboutAPlace = ({ excerpt, start, end }: Taken): boolean =>
  excerpt !== '' || (start !== undefined && end !== undefined);

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
