import * as z from 'zod';
import { type FieldError, Problem } from './errors.ts';

/** The most faults in one answer. A body full of faults must not make an answer larger than itself. */
const MAX_ERRORS = 100;
const MAX_FIELD_LENGTH = 100;

/**
 * Parses a value by its schema, with defaults.
 * @throws {Problem} `validation-error` with one entry per fault
 */
export function validate<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw refusal(parsed.error.issues.flatMap(fieldErrors));
}

/**
 * Makes two checks of one request, and reports the faults of both together.
 * @throws {Problem} `validation-error` with the faults of both
 */
export function validateBoth<A, B>(first: () => A, second: () => B): [A, B] {
  const [a, b] = [outcome(first), outcome(second)];
  if ('errors' in a || 'errors' in b) {
    throw refusal([a, b].flatMap((checked) => ('errors' in checked ? checked.errors : [])));
  }
  return [a.value, b.value];
}

function outcome<T>(check: () => T): { value: T } | { errors: readonly FieldError[] } {
  try {
    return { value: check() };
  } catch (error) {
    if (error instanceof Problem && error.errors !== undefined) return { errors: error.errors };
    throw error;
  }
}

function refusal(faults: readonly FieldError[]): Problem {
  const errors = faults.slice(0, MAX_ERRORS);
  const detail = errors.map(({ field, message }) => `${field}: ${message}`).join('; ');
  return new Problem('validation-error', detail, { errors });
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

/** All values of the query parameters with these names. */
export const queryOf = (query: URLSearchParams, names: readonly string[]): Record<string, string[]> =>
  Object.fromEntries(names.filter((name) => query.has(name)).map((name) => [name, query.getAll(name)]));

/** A query parameter that may be sent once. */
export const sentOnce = <T>(schema: z.ZodType<T, string>) =>
  z
    .array(z.string())
    .max(1, 'must be sent once')
    .transform(([value = '']) => value)
    .pipe(schema);
