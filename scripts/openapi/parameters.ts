import type { oas31 } from 'zod-openapi';
import { type Named, named } from './answer.ts';

const header = (
  name: string,
  description: string,
  schema: oas31.SchemaObject,
  examples?: Named,
): oas31.ParameterObject => ({
  in: 'header',
  name,
  description,
  required: false,
  schema,
  ...(examples !== undefined && { examples: named(examples) }),
});

/** On every request. */
export const REQUEST_ID = header(
  'X-Request-Id',
  'Kept if it is 1 to 128 characters of A-Z a-z 0-9 . _ -; else the request gets another id.',
  { type: 'string' },
);
export const IDEMPOTENCY_KEY = header(
  'Idempotency-Key',
  'Makes the request safe to repeat: the same key and body mean the same operation, for as long as it is kept. 1 to 200 visible ASCII characters.',
  { type: 'string', pattern: '^[!-~]+$', minLength: 1, maxLength: 200 },
);
export const PREFER = header(
  'Prefer',
  '`respond-async`: answer 202 at once. `wait=N`: wait no longer than N seconds, at most 8. Both: answer 200 if it ends within N seconds, at most 30, else 202 (RFC 7240).',
  { type: 'string' },
  { atOnce: 'wait=8', later: 'respond-async' },
);
export const WAIT = header(
  'Prefer',
  '`wait=N`: answer when the operation has ended, at the latest after N seconds, at most 30 (RFC 7240).',
  { type: 'string' },
);
export const IF_NONE_MATCH = header('If-None-Match', 'An `ETag`: answer 304 if nothing has changed.', {
  type: 'string',
});
export const LAST_EVENT_ID = header(
  'Last-Event-ID',
  'Of a stream: the id of the last event that was seen. It is not sent again.',
  { type: 'string' },
);
export const OPERATION_ID: oas31.ParameterObject = {
  in: 'path',
  name: 'operation_id',
  required: true,
  description: 'A UUID in any case.',
  schema: { type: 'string', format: 'uuid' },
  examples: named({ 'not-found': 'b3eb9d99-6c1f-4a59-8d43-4d8f2c0f7a11' }),
};
