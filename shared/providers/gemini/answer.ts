import * as z from 'zod';
import { hasTamil } from '../../analyses/suggestion.ts';
import { parseJson } from '../../parse-json.ts';
import { CallFault } from './faults.ts';

/**
 * The JSON in a model's answer: bare, in a code fence, or with words around it.
 * @throws {CallFault} there is none
 */
export function jsonOf(answer: string): unknown {
  const from = answer.search(/[[{]/);
  const to = Math.max(answer.lastIndexOf('}'), answer.lastIndexOf(']')) + 1;
  const value = parseJson(answer.slice(from, to));
  if (value === undefined) throw new CallFault('unusable', 'the answer is not JSON');
  return value;
}

/**
 * A zod schema in the keywords that Gemini's structured output knows.
 * https://ai.google.dev/gemini-api/docs/structured-output#json_schema_support
 */
export function answerSchema(schema: z.ZodType): unknown {
  const { $schema: _, ...known } = z.toJSONSchema(schema);
  return known;
}

/** Readers that take what a model may send in place of what it was asked for. */
export const words = z.string().catch('');
export const offset = z.int().min(0).optional().catch(undefined);
export const flag = z.boolean().catch(false);
export const list = z.array(z.unknown()).catch([]);
export const oneOf = <const V extends string, const F>(values: readonly V[], otherwise: F) =>
  z
    .unknown()
    .optional()
    .transform((given): V | F => {
      const name = typeof given === 'string' ? given.trim().toLowerCase() : undefined;
      return values.find((value) => value === name) ?? otherwise;
    });

/** What is shown to the user is Tamil: words without a Tamil letter give way to general ones. */
export const inTamil = (given: string, otherwise: string): string =>
  hasTamil(given) ? given.trim() : otherwise;

/** So many words for the user, all of them foreign, are not a slip. */
const FOREIGN_FROM = 5;

/** @throws {CallFault} the model answered at length, and not in Tamil */
export function refuseForeign(given: readonly string[]): void {
  const said = given.filter((each) => each.trim() !== '');
  if (said.length >= FOREIGN_FROM && !said.some(hasTamil))
    throw new CallFault('unusable', 'the answer is not in Tamil');
}
