import { critique } from '../../tamil/critique/critique.ts';
import { type FindOptions, findIssues } from '../../tamil/proofread/find-issues.ts';
import type { Analysis, AnalysisRequest, Findings } from './port.ts';

const ANALYSES: {
  readonly [A in Analysis]: (text: string, options: FindOptions) => Findings[A];
} = {
  proofread: (text, options) => ({
    issues: findIssues(text, options).map(({ certain: _, ...issue }) => issue),
  }),
  'essay-critique': critique,
};

/** What the offline Tamil engine finds. */
export const findByRules = <A extends Analysis>({
  analysis,
  text,
  disabledRules = [],
}: AnalysisRequest<A>): Findings[A] => ANALYSES[analysis](text, { disabledRules });
