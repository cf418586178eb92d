import type { ZodOpenApiPathsObject } from 'zod-openapi';
import type { ProblemCode } from '../../shared/errors.ts';
import { answer, named, OF_EVERY_TENANT_ANSWER, publicAnswer } from './answer.ts';
import { BODIES, type Examples } from './examples.ts';
import { getOperation } from './get-operation.ts';
import { headers } from './headers.ts';
import { OPERATION_ID, REQUEST_ID } from './parameters.ts';
import { createProblemResponses } from './problem-responses.ts';
import * as schemas from './schemas.ts';
import { submitting } from './submitting.ts';

/** What may be wrong with any request: HTTP itself, or that this instance cannot answer now. */
const OF_ALL: readonly ProblemCode[] = ['validation-error', 'shutting-down'];
const OF_TENANTS: readonly ProblemCode[] = [
  ...OF_ALL,
  'unauthorized',
  'rate-limited',
  'internal-error',
  'overloaded',
  'identity-unavailable',
  'store-unavailable',
];
const OF_BODIES: readonly ProblemCode[] = [
  ...OF_TENANTS,
  'malformed-json',
  'payload-too-large',
  'unsupported-media-type',
  'idempotency-key-reused',
];
const OF_ANALYSES: readonly ProblemCode[] = [
  ...OF_BODIES,
  'idempotency-in-progress',
  'provider-config-missing',
  'provider-request-rejected',
  'provider-error',
];

/** Every path that clients call, and what each answers. */
export const paths = (examples: Examples): ZodOpenApiPathsObject => {
  const { answers } = examples;
  const problems = createProblemResponses(examples);
  return {
    '/v1/proofread': {
      post: submitting(
        {
          operationId: 'proofread',
          summary: 'Proofread a Tamil text',
          description:
            'Finds faults of grammar, spelling, style and clarity. A text of up to 1,200 UTF-16 code units is answered at once if that takes no longer than 8 seconds.',
          tag: 'analyses',
          input: schemas.proofreadInput,
          body: BODIES.proofread,
          kind: schemas.proofread,
          done: answers.proofread,
          queued: answers.proofreadQueued,
          codes: OF_ANALYSES,
        },
        problems,
      ),
    },
    '/v1/essay-critique': {
      post: submitting(
        {
          operationId: 'critiqueEssay',
          summary: 'Critique a Tamil essay',
          description: 'Judges structure, clarity, facts and citations. It is answered as a proofreading is.',
          tag: 'analyses',
          input: schemas.essayCritiqueInput,
          body: BODIES['essay-critique'],
          kind: schemas.critique,
          done: answers.critique,
          queued: answers.critiqueQueued,
          codes: OF_ANALYSES,
        },
        problems,
      ),
    },
    '/v1/admin/integrations/{integrationId}/certifications': {
      parameters: [
        schemas.certificationParams.shape.integrationId.meta({
          param: { in: 'path', name: 'integrationId', examples: named({ later: 'moodle-1' }) },
        }),
      ],
      post: submitting(
        {
          operationId: 'certifyIntegration',
          summary: 'Certify an integration',
          description:
            'Runs operations of the tenant from end to end, and says whether they keep what this API promises. Needs the role `tenant_admin`. One certification of an integration runs at a time. It is 200 only where a key is repeated after the end.',
          tag: 'administration',
          input: schemas.certificationInput,
          body: BODIES.certification,
          kind: schemas.certification,
          queued: answers.certification,
          codes: [...OF_BODIES, 'forbidden', 'certification-running'],
        },
        problems,
      ),
    },
    '/v1/operations': {
      get: {
        operationId: 'listOperations',
        summary: 'List operations',
        description: 'The tenant’s own, newest first, without results.',
        tags: ['operations'],
        requestParams: { query: schemas.listQuery },
        parameters: [REQUEST_ID],
        responses: {
          200: answer('A page.', schemas.operationList, { examples: { list: answers.list } }),
          ...problems(OF_TENANTS),
        },
      },
    },
    '/v1/operations/{operation_id}': {
      parameters: [OPERATION_ID],
      get: getOperation(examples, problems([...OF_TENANTS, 'not-found'])),
      delete: {
        operationId: 'deleteOperation',
        summary: 'Delete an operation',
        description:
          'Erases text and result at once. Afterwards the id is unknown and the Idempotency-Key is free. An operation that has not finished is cancelled first.',
        tags: ['operations'],
        parameters: [REQUEST_ID],
        responses: {
          204: { description: 'Nothing of it is left.', headers: headers(...OF_EVERY_TENANT_ANSWER) },
          ...problems([...OF_TENANTS, 'not-found', 'operation-not-finished']),
        },
      },
    },
    '/v1/operations/{operation_id}/cancel': {
      parameters: [OPERATION_ID],
      post: {
        operationId: 'cancelOperation',
        summary: 'Cancel an operation',
        description: 'Aborts the analysis. Cancelling again is the same answer. There is no body.',
        tags: ['operations'],
        parameters: [REQUEST_ID],
        responses: {
          200: answer('The cancelled operation.', schemas.anyOperation, {
            examples: { cancelled: answers.cancelled },
          }),
          ...problems([...OF_TENANTS, 'not-found', 'operation-already-finished']),
        },
      },
    },
    '/v1/health': {
      get: {
        operationId: 'getHealth',
        summary: 'Is the process alive?',
        tags: ['service'],
        security: [],
        parameters: [REQUEST_ID],
        responses: { 200: publicAnswer(schemas.alive, 'It is.'), ...problems(OF_ALL) },
      },
    },
    '/v1/ready': {
      get: {
        operationId: 'getReadiness',
        summary: 'Can the service take work?',
        tags: ['service'],
        security: [],
        parameters: [REQUEST_ID],
        responses: {
          200: publicAnswer(schemas.ready, 'It can: the store answers.'),
          ...problems([...OF_ALL, 'overloaded', 'store-unavailable']),
        },
      },
    },
    '/v1/openapi.json': {
      get: {
        operationId: 'getDescription',
        summary: 'This document',
        tags: ['service'],
        security: [],
        parameters: [REQUEST_ID],
        responses: {
          200: publicAnswer({}, 'The OpenAPI document.'),
          ...problems([...OF_ALL, 'overloaded']),
        },
      },
    },
  };
};
