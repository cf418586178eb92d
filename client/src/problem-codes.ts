/** Every `code` of a problem document, with its HTTP status. */
export const PROBLEM_STATUS = {
  'validation-error': 400,
  'malformed-json': 400,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'idempotency-in-progress': 409,
  'certification-running': 409,
  'operation-already-finished': 409,
  'operation-not-finished': 409,
  'payload-too-large': 413,
  'unsupported-media-type': 415,
  'idempotency-key-reused': 422,
  'rate-limited': 429,
  'internal-error': 500,
  'provider-config-missing': 500,
  'provider-request-rejected': 502,
  'provider-error': 502,
  'identity-unavailable': 503,
  'store-unavailable': 503,
  overloaded: 503,
  'shutting-down': 503,
} as const;

export type ProblemCode = keyof typeof PROBLEM_STATUS;

/** A problem document (RFC 9457) as the service answers it. */
export interface ProblemDocument<C extends ProblemCode = ProblemCode> {
  readonly type: string;
  readonly title: string;
  readonly status: (typeof PROBLEM_STATUS)[C];
  readonly detail: string;
  readonly code: C;
  readonly request_id: string;
  /** What does not match the schema: one entry for each fault. */
  readonly errors?: readonly FieldError[];
}

export interface FieldError {
  /** The dotted path of a field of the body, or the name of a header or query parameter. */
  readonly field: string;
  readonly message: string;
}

/** Whether an answer's body is a problem document with a code that this client knows. */
export const isProblemDocument = (body: unknown): body is ProblemDocument =>
  typeof body === 'object' &&
  body !== null &&
  'code' in body &&
  typeof body.code === 'string' &&
  Object.hasOwn(PROBLEM_STATUS, body.code);
