import { createHash } from 'node:crypto';

/** An operation as an answer showed it. */
export interface Observed {
  readonly id: string;
  readonly tenant: string;
  readonly endpoint: string;
  readonly status: string;
  readonly created_at: string;
  readonly updated_at: string;
  /** Digest of everything but the result, which lists leave out. */
  readonly summary: string;
  /** Digest of everything. Absent in a list. */
  readonly whole?: string;
}

/** One request and its answer. Times are milliseconds of one monotonic clock. */
export interface Exchange {
  readonly action: 'submit' | 'get' | 'cancel' | 'list';
  readonly started: number;
  readonly ended: number;
  /** Who asked. */
  readonly tenant: string;
  /** Index in the plan; -1 for what belongs to no operation. */
  readonly index: number;
  /** What was asked for, by `get` and `cancel`. */
  readonly id?: string;
  readonly key?: string | undefined;
  readonly endpoint?: string;
  /** Tells bodies apart that were sent with one key. */
  readonly body?: string;
  /** The request may have been answered within its synchronous window. */
  readonly synchronous?: boolean;
  /** Absent where no answer came. */
  readonly status?: number;
  readonly code?: string;
  readonly contentType?: string;
  readonly replayed?: boolean;
  readonly seen: readonly Observed[];
}

export type History = readonly Exchange[];

/** What the answer's body shows: an operation, or a page of them. */
export function observed(body: unknown): Observed[] {
  if (!isObject(body)) return [];
  if (Array.isArray(body['operations'])) {
    return body['operations'].filter(isObject).map((one) => {
      const { whole: _, ...summary } = observe(one);
      return summary;
    });
  }
  return 'operation_id' in body ? [observe(body)] : [];
}

function observe({ poll_url: _, ...body }: Record<string, unknown>): Observed & { whole: string } {
  const { result: __, ...summary } = body;
  const text = (name: string) => String(body[name]);
  return {
    id: text('operation_id'),
    tenant: text('tenant_id'),
    endpoint: text('endpoint'),
    status: text('status'),
    created_at: text('created_at'),
    updated_at: text('updated_at'),
    summary: digest(summary),
    whole: digest(body),
  };
}

const digest = (value: unknown): string =>
  createHash('sha1').update(JSON.stringify(value)).digest('base64url').slice(0, 16);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
