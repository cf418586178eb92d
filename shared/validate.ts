import type * as z from 'zod';
import { type FieldError, Problem } from './errors.ts';

/** Enough to mend a body by; a body of nothing but faults must not make an answer larger than itself. */
const MAX_ERRORS = 100;
const MAX_FIELD_LENGTH = 100;

/**
 * The value as the schema has it, with defaults.
 * @throws {Problem} `validation-error` with one entry per fault
 */
export function validate<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap(fieldErrors).slice(0, MAX_ERRORS);
  throw new Problem(
    'validation-error',
    errors.map(({ field, message }) => `${field}: ${message}`).join('; '),
    {
      errors,
    },
  );
}

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: fieldOf([...issue.path, key]),
      message: 'is not a field of this body',
    }));
  }
  return [{ field: fieldOf(issue.path), message: issue.message }];
}

const fieldOf = (path: readonly PropertyKey[]): string =>
  path.length === 0 ? 'body' : path.map(String).join('.').slice(0, MAX_FIELD_LENGTH).toWellFormed();

/**
 * The values of a query string by name.
 * @throws {Problem} `validation-error`: one of `names` was sent more than once
 */
export function queryOf(query: URLSearchParams, names: readonly string[]): Record<string, string> {
  const errors = names
    .filter((name) => query.getAll(name).length > 1)
    .map((field) => ({ field, message: 'must be sent once' }));
  if (errors.length > 0)
    throw new Problem('validation-error', 'A query parameter was sent twice.', { errors });
  return Object.fromEntries(
    names.flatMap((name) => (query.has(name) ? [[name, query.get(name) ?? '']] : [])),
  );
}
