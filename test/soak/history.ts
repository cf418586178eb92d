import { createHash } from 'node:crypto';

/** An operation as an answer showed it. */
export interface Observed {
  readonly id: string;
  readonly tenant: string;
  /** The id of the request that made it. */
  readonly request: string;
  readonly endpoint: string;
  readonly status: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly completed_at?: string;
  readonly latency_ms?: number;
  /** Code of its error. */
  readonly error?: string;
  readonly result?: ObservedResult;
  /** Digest of everything but the result, which lists leave out. */
  readonly summary: string;
  /** Digest of everything. Absent in a list. */
  readonly whole?: string;
}

export interface ObservedResult {
  /** The kind of analysis that has results of this form. */
  readonly endpoint: string | undefined;
  /** Digest of the text it says it is of. Critiques do not say. */
  readonly text?: string;
  /** The operations of the plan whose markers it holds. */
  readonly indexes: readonly number[];
}

/** What was asked. */
export interface Request {
  readonly action: 'submit' | 'get' | 'cancel' | 'list';
  /** Who asked. */
  readonly tenant: string;
  /** Index in the plan; -1 for what belongs to no operation. */
  readonly index: number;
  /** What was asked for, by `get` and `cancel`. */
  readonly id?: string;
  readonly key?: string | undefined;
  readonly endpoint?: string;
  /** Digest of the text that was sent. */
  readonly text?: string;
  /** The request may be answered within its synchronous window. */
  readonly synchronous?: boolean;
  /** The client hangs up on it. */
  readonly hangsUp?: boolean;
  /** By `list`. */
  readonly page?: Page;
}

/** One page of a walk through a list. */
export interface Page {
  /** The same for all pages of a walk, which begins at the first page and goes on until it is left or the list ends. */
  readonly walk: string;
  readonly size: number;
  readonly endpoint?: string;
  readonly status?: string;
}

/** One request and its answer. Times are milliseconds since the epoch, of one monotonic clock. */
export interface Exchange extends Request {
  /** `X-Request-Id` as it was sent. */
  readonly request: string;
  readonly started: number;
  readonly ended: number;
  /** Absent where no answer came. */
  readonly answer?: Answer;
}

export interface Answer {
  readonly status: number;
  /** By their names in lower case: those that a rule knows. */
  readonly headers: Readonly<Record<string, string>>;
  readonly code?: string;
  readonly poll_url?: string;
  /** The page is not the last. */
  readonly more?: boolean;
  readonly seen: readonly Observed[];
}

export type History = readonly Exchange[];

export const HEADERS = [
  'content-type',
  'idempotent-replayed',
  'location',
  'ratelimit',
  'ratelimit-policy',
  'retry-after',
  'x-request-id',
] as const;

/** By this the provider, and whoever reads a result, know which operation of the plan a text is of. */
export const marker = (index: number): string => `#${index}#`;

export const markersIn = (text: string): number[] =>
  Array.from(text.matchAll(/#(\d+)#/g), ([, index]) => Number(index));

export const digest = (text: string): string =>
  createHash('sha1').update(text).digest('base64url').slice(0, 16);

/** An answer as a history keeps it. `body` is what was parsed of it. */
export function answerOf(status: number, headers: Headers, body: unknown): Answer {
  const fields = isObject(body) ? body : {};
  const kept = HEADERS.flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value]];
  });
  const text = (name: string) => (fields[name] === undefined ? undefined : String(fields[name]));
  const [code, poll_url] = [text('code'), text('poll_url')];
  return {
    status,
    headers: Object.fromEntries(kept),
    ...(code !== undefined && { code }),
    ...(poll_url !== undefined && { poll_url }),
    ...('next_page_token' in fields && { more: true }),
    seen: status < 300 ? observed(fields) : [],
  };
}

/** What the answer's body shows: an operation, or a page of them. */
function observed(body: Record<string, unknown>): Observed[] {
  if (Array.isArray(body['operations'])) {
    return body['operations'].filter(isObject).map((one) => {
      const { whole: _, ...listed } = observe(one);
      return listed;
    });
  }
  return 'operation_id' in body ? [observe(body)] : [];
}

function observe({ poll_url: _, ...body }: Record<string, unknown>): Observed {
  const { result, ...summary } = body;
  const text = (name: string) => String(body[name]);
  const { error, completed_at, latency_ms } = body;
  return {
    id: text('operation_id'),
    tenant: text('tenant_id'),
    request: text('request_id'),
    endpoint: text('endpoint'),
    status: text('status'),
    created_at: text('created_at'),
    updated_at: text('updated_at'),
    ...(completed_at !== undefined && { completed_at: String(completed_at) }),
    ...(latency_ms !== undefined && { latency_ms: Number(latency_ms) }),
    ...(error !== undefined && { error: String(isObject(error) ? error['code'] : error) }),
    ...(result !== undefined && { result: observeResult(result) }),
    summary: digest(JSON.stringify(summary)),
    whole: digest(JSON.stringify(body)),
  };
}

function observeResult(result: unknown): ObservedResult {
  const fields = isObject(result) ? result : {};
  const original = fields['original_text'];
  const forms = { proofread: 'corrected_text', 'essay-critique': 'sections' };
  return {
    endpoint: Object.entries(forms).find(([, field]) => field in fields)?.[0],
    ...(typeof original === 'string' && { text: digest(original) }),
    indexes: [...new Set(markersIn(JSON.stringify(result)))],
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
