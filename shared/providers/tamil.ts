import { RULES_VERSION } from '../../tamil/version.ts';
import type { WorkContext } from '../operations/kind.ts';
import { createSlices } from '../pace.ts';
import { isBrief } from './brief.ts';
import { findByRules } from './engine.ts';
import type { Analysed, Analysis, AnalysisRequest, Findings, Provider } from './port.ts';

/** The `model` of an operation that the rules have analysed. */
export const RULES_MODEL = `rules-${RULES_VERSION}`;

/** Runs `findByRules` somewhere else. Rejects with the signal's reason as soon as that is aborted. */
export type FindElsewhere = <A extends Analysis>(
  request: AnalysisRequest<A>,
  signal: AbortSignal,
) => Promise<Findings[A]>;

/** Of each turn of the event loop. A longer analysis has a turn for itself. */
const SLICE_MS = 1;

const inSlices = createSlices(SLICE_MS);

/**
 * The offline Tamil engine as a provider. It needs no network and no key, and gives the same answer for the same text.
 * Analyses leave turns of the event loop to other requests; those of long texts run elsewhere if there is such a place.
 */
export const createRulesProvider = (findElsewhere?: FindElsewhere): Provider => ({
  name: 'rules',
  analyse: async <A extends Analysis>(
    request: AnalysisRequest<A>,
    { signal, onProgress }: WorkContext,
  ): Promise<Analysed<A>> => {
    signal.throwIfAborted();
    const findings =
      findElsewhere === undefined || isBrief(request.text)
        ? await inSlices(() => {
            signal.throwIfAborted();
            return findByRules(request);
          })
        : await findElsewhere(request, signal);
    onProgress?.(1);
    return { findings, provider: 'rules', model: RULES_MODEL };
  },
});
