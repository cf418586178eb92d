import type { EssayCritiqueResult } from '../analyses/essay-critique.ts';
import type { RecordedIssue } from '../analyses/proofread.ts';
import type { WorkContext } from '../operations/kind.ts';

/**
 * What a provider finds, before the analysis turns it into a result. Ranges are UTF-16 code units of the text. The analysis
 * drops findings that are not valid (`analyses/conclude.ts`), so a provider cannot break the contract.
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
  /** Whether an analysis of the text takes a millisecond or two, in this process alone. Without this none does. */
  isBrief?(text: string): boolean;
  /**
   * @throws {ProviderRejected} asking again cannot help
   * @throws {ProviderUnavailable} asking again later may help
   */
  analyse<A extends Analysis>(request: AnalysisRequest<A>, context: WorkContext): Promise<Analysed<A>>;
}
