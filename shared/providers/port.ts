import type { EssayCritiqueResult } from '../analyses/essay-critique.ts';
import type { RecordedIssue } from '../analyses/proofread.ts';

/**
 * What a provider finds, before the analysis turns it into a result. Ranges are UTF-16 code units of the text.
 * The analysis drops what does not hold (`analyses/conclude.ts`), so a provider cannot break the contract.
 */
export interface Findings {
  readonly proofread: { readonly issues: readonly RecordedIssue[] };
  readonly 'essay-critique': EssayCritiqueResult;
}

export type Analysis = keyof Findings;

export interface AnalysisRequest<A extends Analysis = Analysis> {
  readonly analysis: A;
  readonly text: string;
  readonly language: 'ta';
  /** Rules and families of the offline engine whose findings are left out. */
  readonly disabledRules?: readonly string[] | undefined;
}

export interface AnalysisContext {
  /** Aborts the call. An aborted call rejects at once with the signal's reason. */
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

/** What an operation has cost, over all its attempts, whatever came of them. */
export interface Spent {
  /** Calls that may have been paid for: those that were answered, and those whose answer did not come whole or in time. */
  readonly calls: number;
  /** Of these, the ones that were answered, usable or not. */
  readonly answers: number;
  /** By what the answers say. */
  readonly input_tokens: number;
  readonly output_tokens: number;
}

export interface Usage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cached_tokens?: number;
}

export interface Analysed<A extends Analysis = Analysis> {
  readonly findings: Findings[A];
  readonly provider: string;
  readonly model: string;
  readonly usage?: Usage;
  /** Version of the prompts that were used, where there are prompts. */
  readonly prompt_version?: string;
}

export interface Provider {
  readonly name: string;
  /**
   * @throws {ProviderRejected} asking again cannot help
   * @throws {ProviderUnavailable} asking again later may help
   */
  analyse<A extends Analysis>(request: AnalysisRequest<A>, context: AnalysisContext): Promise<Analysed<A>>;
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
