import { readFileSync } from 'node:fs';
import { createDocument, type ZodOpenApiOverride } from 'zod-openapi';
import type { Examples } from './examples.ts';
import { HEADERS } from './headers.ts';
import { paths } from './operations.ts';
import { problem } from './schemas.ts';

const DESCRIPTION = `Proofreading and essay critique for Tamil. Short requests are answered at once. Long or slow ones become
*operations*, which are polled until they have ended.

- **Offsets and lengths** count UTF-16 code units, as JavaScript, Java and LSP do. \`minLength\` and \`maxLength\` of this document
  count code points, as JSON Schema does, so they allow a little more than the service takes.
- **Times** are ISO 8601 in UTC with milliseconds. A field that is absent is left out; it is \`null\` only where its schema says so.
- **Tokens** come from the tenant’s OpenID Connect provider. \`npm start\` prints one, and \`POST /dev/token\` there gives more.
- **Errors** are problem documents (RFC 9457). The page \`/problems/{code}\` says when each code occurs and what to do.
- **Fields are added** to answers over time. Clients ignore those that they do not know.
- **Browsers** may call from the origins that the operator allows. HEAD answers as GET does, without a body.
`;

/** Zod's patterns for these are pages long, and every tool knows the formats. What answers have may grow. */
const override: ZodOpenApiOverride = ({ jsonSchema, io }) => {
  if (jsonSchema.format === 'uuid' || jsonSchema.format === 'date-time') delete jsonSchema.pattern;
  // Zod's bound of every whole number.
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
};

/** The OpenAPI document, made of the schemas that validate and of answers that the service gave. */
export function openapiDocument(examples: Examples): object {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  return createDocument(
    {
      openapi: '3.1.1',
      info: {
        title: 'Tamil text analysis API',
        version,
        description: DESCRIPTION,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/', description: 'Where this document is served.' }],
      security: [{ token: [] }],
      tags: [
        { name: 'analyses', description: 'What is done with a text.' },
        { name: 'operations', description: 'What has been asked for, and what came of it.' },
        { name: 'administration', description: 'For those with the role `tenant_admin`.' },
        { name: 'service', description: 'The service itself.' },
      ],
      paths: paths(examples),
      components: {
        schemas: { Problem: problem },
        headers: HEADERS,
        securitySchemes: {
          token: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description:
              'An access token of the tenant’s OpenID Connect provider. One of its claims names the tenant.',
          },
        },
      },
    },
    { override },
  );
}
