/**
 * Every code that a client can get: as `code` of a problem document, or as `error.code` of a failed operation.
 * Source: the HTTP contract's error table; RFC 9457 for the problem documents made of it.
 */
export const PROBLEMS = {
  'validation-error': { status: 400, title: 'The request does not match its schema' },
  'malformed-json': { status: 400, title: 'The body is not JSON' },
  unauthorized: { status: 401, title: 'A valid bearer token is required' },
  forbidden: { status: 403, title: 'The role for this is missing' },
  'not-found': { status: 404, title: 'There is no such resource' },
  'method-not-allowed': { status: 405, title: 'The resource has no such method' },
  'idempotency-in-progress': {
    status: 409,
    title: 'The first request with this key is still being answered',
  },
  'certification-running': { status: 409, title: 'A certification of this integration is already running' },
  'operation-already-finished': { status: 409, title: 'The operation has already finished' },
  'operation-not-finished': { status: 409, title: 'The operation has not finished' },
  'payload-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body must be application/json' },
  'idempotency-key-reused': { status: 422, title: 'The key was used with another body' },
  'rate-limited': { status: 429, title: 'The quota is used up' },
  'internal-error': { status: 500, title: 'Something unforeseen happened' },
  'provider-config-missing': { status: 500, title: 'The language model is not set up' },
  'provider-request-rejected': { status: 502, title: 'The language model refused the text' },
  'provider-error': { status: 502, title: 'The language model gave no usable answer' },
  'identity-unavailable': { status: 503, title: 'The identity provider is not reachable' },
  overloaded: { status: 503, title: 'The service is overloaded' },
  'shutting-down': { status: 503, title: 'The instance is ending' },
  'store-unavailable': { status: 503, title: 'The operation could not be recorded' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

export interface FieldError {
  /** The dotted path of a field of the body, the name of a header or query parameter, or `request` if it cannot be read at all. */
  readonly field: string;
  readonly message: string;
}

export interface ProblemOptions {
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** A refusal that is answered as a problem document. Clients read `detail`, so it must never name an internal. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }
}

/** The client went away before it was answered. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';

  constructor() {
    super('the client went away');
  }
}
