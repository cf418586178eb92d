import type * as z from 'zod';
import type { ZodOpenApiResponseObject } from 'zod-openapi';
import { type HeaderName, headers } from './headers.ts';

/** On every answer to a tenant whose token is good. */
export const OF_EVERY_TENANT_ANSWER: readonly HeaderName[] = [
  'X-Request-Id',
  'RateLimit',
  'RateLimit-Policy',
];

/** A good answer to a tenant. */
export const answer = (
  description: string,
  schema: z.ZodType,
  { example, more = [] }: { readonly example?: unknown; readonly more?: readonly HeaderName[] } = {},
): ZodOpenApiResponseObject => ({
  description,
  headers: headers(...OF_EVERY_TENANT_ANSWER, ...more),
  content: { 'application/json': { schema, ...(example !== undefined && { example }) } },
});

/** A good answer to anyone. */
export const publicAnswer = (schema: z.ZodType, description: string): ZodOpenApiResponseObject => ({
  description,
  headers: headers('X-Request-Id'),
  content: { 'application/json': { schema } },
});
