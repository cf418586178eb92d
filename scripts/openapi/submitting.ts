import type * as z from 'zod';
import type { ZodOpenApiOperationObject } from 'zod-openapi';
import type { ProblemCode } from '../../shared/errors.ts';
import { answer, named } from './answer.ts';
import { IDEMPOTENCY_KEY, PREFER, REQUEST_ID } from './parameters.ts';
import type { ProblemResponses } from './problem-responses.ts';
import type * as schemas from './schemas.ts';

interface Submitting {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tag: string;
  readonly input: z.ZodType;
  readonly body: unknown;
  readonly kind: typeof schemas.proofread;
  readonly done?: unknown;
  readonly queued: unknown;
  readonly codes: readonly ProblemCode[];
}

/** A POST that makes an operation. */
export const submitting = (
  { operationId, summary, description, tag, input, body, kind, done, queued, codes }: Submitting,
  problems: ProblemResponses,
): ZodOpenApiOperationObject => ({
  operationId,
  summary,
  description,
  tags: [tag],
  parameters: [IDEMPOTENCY_KEY, PREFER, REQUEST_ID],
  requestBody: {
    required: true,
    content: {
      'application/json': {
        schema: input,
        examples: named({ ...(done !== undefined && { atOnce: body }), later: body }),
      },
    },
  },
  responses: {
    200: answer('The operation has ended. With a key it may be one of an earlier request.', kind.finished, {
      ...(done !== undefined && { examples: { atOnce: done } }),
      more: ['Preference-Applied', 'Idempotent-Replayed'],
    }),
    202: {
      ...answer('The operation is recorded, and ends whatever crashes. Poll it.', kind.accepted, {
        examples: { later: queued },
        more: ['Location', 'Retry-After', 'Preference-Applied', 'Idempotent-Replayed'],
      }),
      links: {
        operation: {
          operationId: 'getOperation',
          parameters: { operation_id: '$response.body#/operation_id' },
        },
      },
    },
    ...problems(codes),
  },
});
