import { setImmediate } from 'node:timers/promises';
import { critique } from '../../tamil/critique/critique.ts';
import { type FindOptions, findIssues } from '../../tamil/proofread/find-issues.ts';
import type { WorkContext } from '../operations/kind.ts';
import type { Analysed, Analysis, AnalysisRequest, Findings, Provider } from './port.ts';

export const RULES_MODEL = 'rules-1';

const ANALYSES: {
  readonly [A in Analysis]: (text: string, options: FindOptions) => Findings[A];
} = {
  proofread: (text, options) => ({
    issues: findIssues(text, options).map(({ certain: _, ...issue }) => issue),
  }),
  'essay-critique': critique,
};

let lastTurn: Promise<unknown> = Promise.resolve();

/**
 * The offline Tamil engine as a provider. It needs no network and no key, and gives the same answer for the same text. Each
 * analysis waits for `turn` and has a turn of the event loop for itself, so that other requests wait for one analysis at
 * most.
 */
export const createRulesProvider = (turn: () => Promise<unknown> = setImmediate): Provider => ({
  name: 'rules',
  analyse: async <A extends Analysis>(
    request: AnalysisRequest<A>,
    context: WorkContext,
  ): Promise<Analysed<A>> => {
    lastTurn = lastTurn.then(turn);
    await lastTurn;
    context.signal.throwIfAborted();
    const findings = ANALYSES[request.analysis](request.text, { disabledRules: request.disabledRules ?? [] });
    context.onProgress?.(1);
    return { findings, provider: 'rules', model: RULES_MODEL };
  },
});
