import type { ZodOpenApiOperationObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import { answer, OF_EVERY_TENANT_ANSWER } from './answer.ts';
import type { Examples } from './examples.ts';
import { headers } from './headers.ts';
import { IF_NONE_MATCH, LAST_EVENT_ID, REQUEST_ID, WAIT } from './parameters.ts';
import { anyOperation } from './schemas.ts';

const MORE = ['ETag', 'Preference-Applied', 'Retry-After-While-Unfinished'] as const;

/** Reading an operation, in each of the ways there are. */
export function getOperation(
  { answers }: Examples,
  problems: ZodOpenApiResponsesObject,
): ZodOpenApiOperationObject {
  const { content, ...found } = answer('The operation.', anyOperation, {
    examples: { operation: answers.operation },
    more: MORE,
  });
  return {
    operationId: 'getOperation',
    summary: 'Read an operation',
    description: `Always 200 for an operation of the tenant, failed ones too.

With \`Accept: text/event-stream\` the present state and each change are server-sent events, until the operation has ended. The server may
end a stream at any time: come again with \`Last-Event-ID\`.`,
    tags: ['operations'],
    parameters: [WAIT, IF_NONE_MATCH, LAST_EVENT_ID, REQUEST_ID],
    responses: {
      200: {
        ...found,
        content: {
          ...content,
          'text/event-stream': {
            schema: {
              type: 'string',
              description:
                'Events `operation`: `data` is the operation in one line of JSON, `id` its version. Comments keep the connection.',
            },
            example: `event: operation\nid: 9mTqk1yUcFvBz0n3xWQeZA\ndata: ${JSON.stringify(answers.operation)}\n\n`,
          },
        },
      },
      204: {
        description: 'Of a stream: the last event was seen. Do not come again.',
        headers: headers(...OF_EVERY_TENANT_ANSWER),
      },
      304: {
        description: 'Nothing has changed since the version that `If-None-Match` names.',
        headers: headers(...OF_EVERY_TENANT_ANSWER, ...MORE),
      },
      ...problems,
    },
  };
}
