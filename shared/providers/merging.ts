import { setImmediate as nextTurn } from 'node:timers/promises';
import { concludeProofread } from '../analyses/conclude.ts';
import type { ProofreadIssue } from '../analyses/proofread.ts';
import { withoutOverlaps } from '../analyses/range.ts';
import type { WorkContext } from '../operations/kind.ts';
import type { Analysed, Analysis, AnalysisRequest, Provider } from './port.ts';

/** Offline findings so reliable that they stand beside a model's, but those of the rules that are disabled. */
export type FindCertain = (text: string, disabledRules?: readonly string[]) => readonly ProofreadIssue[];

/**
 * Makes a provider that adds the findings of `certain` to a proofread, at places where `primary` found nothing. Each added
 * finding is marked with its source. Critiques pass through unchanged.
 */
export function createMergingProvider(primary: Provider, certain: FindCertain): Provider {
  return {
    name: primary.name,
    async analyse<A extends Analysis>(request: AnalysisRequest<A>, context: WorkContext) {
      const analysed = await primary.analyse(request, context);
      return isProofread(analysed, request) ? await merge(analysed, request, certain) : analysed;
    },
  };
}

const isProofread = <A extends Analysis>(
  _analysed: Analysed<A>,
  request: AnalysisRequest<A>,
): _analysed is Analysed<A> & Analysed<'proofread'> => request.analysis === 'proofread';

/** Each of its parts has a turn of the event loop for itself. */
async function merge<P extends Analysed<'proofread'>>(
  analysed: P,
  { text, disabledRules }: AnalysisRequest,
  certain: FindCertain,
): Promise<P> {
  await nextTurn();
  const own = concludeProofread(text, analysed.findings.issues).issues;
  await nextTurn();
  const found = certain(text, disabledRules);
  await nextTurn();
  const sure = concludeProofread(text, found).issues;
  const added = sure.map((issue) => ({ ...issue, source: 'rules' as const }));
  return { ...analysed, findings: { issues: withoutOverlaps([...own, ...added]) } };
}
