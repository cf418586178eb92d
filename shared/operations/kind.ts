import type * as z from 'zod';
import type { ProblemCode } from '../errors.ts';
import type { Spent } from './record/record.ts';
import type { Completion } from './record/transitions.ts';
import type { OperationView } from './record/view.ts';

/** A validated body, with what the path names. */
export type Input = Readonly<Record<string, unknown>>;

/** What every analysis is told by the attempt that it is a part of. */
export interface WorkContext {
  /** Aborts the work, which then rejects at once with the signal's reason. */
  readonly signal: AbortSignal;
  /** Share of the work done, 0 to 1, never falling. */
  readonly onProgress?: (fraction: number) => void;
  /** W3C trace context to pass on. */
  readonly traceparent?: string | undefined;
  /** Whether another attempt follows if this one ends by the fault; where nobody says so, one may. */
  readonly triesAgainAfter?: ((fault: ProviderUnavailable) => boolean) | undefined;
  /** What earlier attempts at the same operation have spent. */
  readonly spent?: Spent | undefined;
  /** Told what the operation has spent by now, earlier attempts included: at every change, also by a call that fails. */
  readonly onSpent?: (spent: Spent) => void;
}

/** What the work of a kind is given. */
export interface RunContext extends WorkContext {
  /** The operations that do parts of the work; those that do not exist yet are started. In the worker only. */
  readonly children: () => Promise<readonly Child[]>;
  /** Milliseconds since the operation was made. */
  readonly elapsedMs: number;
}

/** An operation that another one starts to have a part of its work done. */
export interface ChildPlan {
  /** Unique among the children of one operation. */
  readonly name: string;
  /** Name of the child's kind. */
  readonly endpoint: string;
  readonly body: Input;
}

export interface Child extends ChildPlan {
  readonly operation: Omit<OperationView, 'result'>;
  /** What its tenant is shown, if that is of the documented form. */
  readonly shown: OperationView | undefined;
}

/** What the work has come to. Without a latency of its own it gets the attempt's. */
export type Done = Omit<Completion, 'latency_ms'> & Partial<Pick<Completion, 'latency_ms'>>;

/** A step is done and others have to finish theirs: the work goes on after a pause, in another attempt. */
export interface Yield {
  readonly kind: 'yield';
  readonly afterMs: number;
  readonly progress?: number;
}

/** Of all operations with one lock, one may be unfinished. A second one is answered with this problem. */
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
  /** What a client is shown of the result; of a record that holds more, what is not named here stays there. */
  readonly result: z.ZodType;
  /** The text whose length decides between synchronous and asynchronous; `undefined`: always asynchronous. */
  readonly text: (input: Input) => string | undefined;
  /** For what is asynchronous. */
  readonly lock?: (input: Input, tenant_id: string) => LockRule;
  /** What other operations do of the work, the same for the same input. They are cancelled with it. */
  readonly children?: (input: Input) => readonly ChildPlan[];
  /**
   * Does the work, or a step of it. The result keeps the contract's invariants whatever the provider found.
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
 * Asking again cannot help: the content is refused, the account is at fault, or no answer was usable for as long as the
 * bound on calls and tokens allowed. `message` may reach the client.
 */
export class ProviderRejected extends Error {
  override readonly name = 'ProviderRejected';
  readonly code: 'provider-request-rejected' | 'provider-config-missing' | 'provider-error';

  constructor(code: ProviderRejected['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A fault that waiting may cure: overload, network, server error, unusable answer. */
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
