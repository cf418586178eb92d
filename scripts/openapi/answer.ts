import type * as z from 'zod';
import type { oas31, ZodOpenApiResponseObject } from 'zod-openapi';
import { type HeaderName, headers } from './headers.ts';

/** On every answer to a tenant whose token is good. */
export const OF_EVERY_TENANT_ANSWER: readonly HeaderName[] = [
  'X-Request-Id',
  'RateLimit',
  'RateLimit-Policy',
];

/** Examples of one name belong together: those of a request's parameters and body, and that of its answer. */
export type Named = Readonly<Record<string, unknown>>;
export const named = (examples: Named): Record<string, { value: unknown }> =>
  Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }]));

/** A good answer to a tenant. */
export const answer = (
  description: string,
  schema: z.ZodType,
  { examples, more = [] }: { readonly examples?: Named; readonly more?: readonly HeaderName[] } = {},
): ZodOpenApiResponseObject => ({
  description,
  headers: headers(...OF_EVERY_TENANT_ANSWER, ...more),
  content: { 'application/json': { schema, ...(examples !== undefined && { examples: named(examples) }) } },
});

/** A good answer to anyone. */
export const publicAnswer = (
  schema: z.ZodType | oas31.SchemaObject,
  description: string,
): ZodOpenApiResponseObject => ({
  description,
  headers: headers('X-Request-Id'),
  content: { 'application/json': { schema } },
});
