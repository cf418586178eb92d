import type * as z from 'zod';
import type { ProblemCode } from '../errors.ts';
import type { Spent } from './record/record.ts';
import type { Completion } from './record/transitions.ts';
import type { OperationView } from './record/view.ts';

/** A validated body, with what the path names. */
export type Input = Readonly<Record<string, unknown>>;

/** What an attempt tells the work that it runs. */
export interface WorkContext {
  /** Ends the work: when it is aborted, the work rejects at once with its reason. */
  readonly signal: AbortSignal;
  /** Share of the work done, 0 to 1, never falling. */
  readonly onProgress?: (fraction: number) => void;
  /** W3C trace context to pass on. */
  readonly traceparent?: string | undefined;
  /** Whether another attempt follows if this one fails with `fault`. Without it, one may follow. */
  readonly triesAgainAfter?: ((fault: ProviderUnavailable) => boolean) | undefined;
  /** What earlier attempts at the same operation have spent. */
  readonly spent?: Spent | undefined;
  /** The work reports here what the operation has spent so far, earlier attempts included, whenever that changes. */
  readonly onSpent?: (spent: Spent) => void;
}

/** What the work of a kind is given. */
export interface RunContext extends WorkContext {
  /** Loads the operations that do parts of the work, and starts those that do not exist yet. Only the worker can. */
  readonly children: () => Promise<readonly Child[]>;
  /** Milliseconds since the operation was made. */
  readonly elapsedMs: number;
}

/** An operation that does a part of another one's work. */
export interface ChildPlan {
  /** Unique among the children of one operation. */
  readonly name: string;
  /** Name of the child's kind. */
  readonly endpoint: string;
  readonly body: Input;
}

export interface Child extends ChildPlan {
  readonly operation: Omit<OperationView, 'result'>;
  /** What the tenant sees of it; `undefined` if that does not have the documented form. */
  readonly shown: OperationView | undefined;
}

/** The completed work. Without `latency_ms`, the attempt's duration is taken. */
export type Done = Omit<Completion, 'latency_ms'> & Partial<Pick<Completion, 'latency_ms'>>;

/** This step is done, but children still work. The next step runs after `afterMs`, in another attempt. */
export interface Yield {
  readonly kind: 'yield';
  readonly afterMs: number;
  readonly progress?: number;
}

/** At most one unfinished operation may hold a lock. A second one is answered with this problem. */
export interface LockRule {
  /** Any text. */
  readonly name: string;
  readonly code: ProblemCode;
  readonly detail: string;
}

/** One kind of operation: all that the core needs to know of it. */
export interface Kind {
  /** The `endpoint` of its operations. */
  readonly name: string;
  /** The body. */
  readonly input: z.ZodType<Record<string, unknown>>;
  /** What a client sees of the result. The record may hold more; fields that this schema does not name never leave. */
  readonly result: z.ZodType;
  /** The text whose length decides between synchronous and asynchronous; `undefined`: always asynchronous. */
  readonly text: (input: Input) => string | undefined;
  /** The lock that an operation needs, if its kind has one. Only asynchronous kinds may have one. */
  readonly lock?: (input: Input, tenant_id: string) => LockRule;
  /** The operations that do parts of the work. The same input gives the same plans. They are cancelled with their parent. */
  readonly children?: (input: Input) => readonly ChildPlan[];
  /**
   * Whether the work takes a millisecond or two, in this process alone, so that it may be done before its operation is
   * recorded. Without this it never may.
   */
  readonly isBrief?: (input: Input) => boolean;
  /**
   * Does the work, or one step of it. The result keeps the contract's invariants, whatever the provider found.
   * @throws {ProviderRejected} asking again cannot help
   * @throws {ProviderUnavailable} asking again later may help
   */
  readonly run: (input: Input, context: RunContext) => Promise<Done | Yield>;
}

/** The kinds that the service offers. */
export interface Kinds {
  readonly names: readonly string[];
  /** @throws {Error} there is none of this name */
  of(name: string): Kind;
}

export function kindsOf(kinds: readonly Kind[]): Kinds {
  const byName = new Map(kinds.map((kind) => [kind.name, kind]));
  return {
    names: [...byName.keys()],
    of(name) {
      const kind = byName.get(name);
      if (kind === undefined) throw new Error(`there is no kind of operation ${name}`);
      return kind;
    },
  };
}

/**
 * Asking again cannot help. The provider refuses the content, its account is at fault, or no answer was usable before the
 * bound on calls and tokens was reached. `message` may reach the client.
 */
export class ProviderRejected extends Error {
  override readonly name = 'ProviderRejected';
  readonly code: 'provider-request-rejected' | 'provider-config-missing' | 'provider-error';

  constructor(code: ProviderRejected['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Asking again later may help: overload, network, server error, unusable answer. */
export class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable';
  /** How long the provider asked to be left alone, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** The provider itself said 429: the whole queue should slow down. */
  readonly throttled: boolean;

  constructor(message: string, options: ErrorOptions & { retryAfterMs?: number; throttled?: boolean } = {}) {
    super(message, options);
    this.retryAfterMs = options.retryAfterMs;
    this.throttled = options.throttled ?? false;
  }
}
