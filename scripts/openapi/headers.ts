import type { oas31 } from 'zod-openapi';

type Header = oas31.HeaderObject;
const text = (description: string, example: string): Header => ({
  description,
  required: true,
  schema: { type: 'string', examples: [example] },
});
const seconds = (description: string): Header => ({
  description,
  required: true,
  schema: { type: 'integer', minimum: 1 },
});
const sometimes = (header: Header): Header => ({ ...header, required: false });

/** The headers of answers, as components. Those with `required: false` come where their description says so. */
export const HEADERS = {
  'X-Request-Id': text('The id that came with the request if it is safe, else a new UUID.', 'b3eb9d99-6c1f'),
  RateLimit: text(
    'What is left of the tenant’s quota (draft-ietf-httpapi-ratelimit-headers).',
    '"requests";r=5999;t=1',
  ),
  'RateLimit-Policy': text('The quota.', '"requests";q=6000;w=60'),
  'Retry-After': seconds('Seconds to wait before the next request.'),
  'Retry-After-While-Unfinished': sometimes(
    seconds('Seconds to wait before the next look. Absent once the operation has ended.'),
  ),
  ETag: sometimes(
    text(
      'The version of the operation, for `If-None-Match`. A stream has the id of each event instead.',
      '"9mTqk1yUcFvBz0n3xWQeZA"',
    ),
  ),
  Location: text('The path of the operation.', '/v1/operations/b3eb9d99-6c1f-8a59-8d43-4d8f2c0f7a11'),
  'Preference-Applied': sometimes(
    text('The preferences that were honoured, with their values.', 'respond-async, wait=20'),
  ),
  'Idempotent-Replayed': sometimes({
    description: '`true`: this is the operation of an earlier request with the key.',
    schema: { type: 'string', const: 'true' },
  }),
  'WWW-Authenticate': text('How to authenticate.', 'Bearer'),
  'x-should-retry': {
    description: '`false`: sending the request again cannot help.',
    required: true,
    schema: { type: 'string', const: 'false' },
  },
} as const satisfies Record<string, Header>;

export type HeaderName = keyof typeof HEADERS;

/** References to the components, under the names that the headers have. */
export const headers = (...names: readonly HeaderName[]): Record<string, oas31.ReferenceObject> =>
  Object.fromEntries(
    names.map((name) => [
      name === 'Retry-After-While-Unfinished' ? 'Retry-After' : name,
      { $ref: `#/components/headers/${name}` },
    ]),
  );
