import { ProviderUnavailable, type WorkContext } from '../../operations/kind.ts';
import type { Analysed, Analysis, AnalysisRequest, Findings, Provider } from '../port.ts';
import { askModels } from './ask.ts';
import { Budget, boundOf, spentUp } from './budget.ts';
import { createGeminiClient } from './client.ts';
import type { GeminiAccess } from './connection.ts';
import { critiqueJobs, mergeCritiques } from './essay-critique.ts';
import type { Job } from './job.ts';
import { DEFAULT_GEMINI_MODELS } from './models.ts';
import { inParallel } from './parallel.ts';
import { CRITIQUE_PROMPT_VERSION } from './prompts/essay-critique.ts';
import { PROOFREAD_PROMPT_VERSION } from './prompts/proofread.ts';
import { proofreadJobs } from './proofread.ts';

const CALL_TIMEOUT_MS = 60_000;
/** Parts of one text that are asked about at once. */
const PARALLEL_CALLS = 4;

export interface GeminiOptions extends GeminiAccess {
  /** Preferred first. The next one is asked where one is missing, overloaded, too slow or gives nothing usable. */
  readonly models?: readonly string[] | undefined;
  /** For one call. The whole is bounded by the signal. */
  readonly callTimeoutMs?: number | undefined;
}

interface Plan<A extends Analysis> {
  readonly promptVersion: string;
  jobs(text: string): readonly Job<Findings[A]>[];
  merge(findings: readonly Findings[A][]): Findings[A];
}

const PLANS: { readonly [A in Analysis]: Plan<A> } = {
  proofread: {
    promptVersion: PROOFREAD_PROMPT_VERSION,
    jobs: proofreadJobs,
    merge: (parts) => ({ issues: parts.flatMap(({ issues }) => issues) }),
  },
  'essay-critique': { promptVersion: CRITIQUE_PROMPT_VERSION, jobs: critiqueJobs, merge: mergeCritiques },
};

/** Gemini, through an API key or Vertex AI. What the models claim is grounded in the text before it is passed on. */
export function createGeminiProvider(options: GeminiOptions): Provider {
  const client = createGeminiClient(options);
  const models = options.models?.length ? options.models : DEFAULT_GEMINI_MODELS;
  const timeoutMs = options.callTimeoutMs ?? CALL_TIMEOUT_MS;
  return {
    name: 'gemini',
    async analyse<A extends Analysis>(
      { analysis, text }: AnalysisRequest<A>,
      { signal, onProgress, traceparent, spent, onSpent }: WorkContext,
    ): Promise<Analysed<A>> {
      const plan: Plan<A> = PLANS[analysis];
      const jobs = plan.jobs(text);
      const budget = new Budget(boundOf(jobs, models.length), spent, onSpent);
      // An attempt asks about every part once more.
      if (!budget.allows(jobs.length)) throw spentUp(undefined);
      let done = 0;
      const answers = await inParallel(jobs, PARALLEL_CALLS, signal, async (job, either) => {
        const options = { signal: either, timeoutMs, traceparent, budget };
        const answer = await askModels(client, models, job, options);
        done += 1;
        onProgress?.(done / jobs.length);
        return answer;
      }).catch((error: unknown) => {
        const isOver = error instanceof ProviderUnavailable && !budget.allows(jobs.length);
        throw isOver ? spentUp(error.cause) : error;
      });
      return {
        findings: plan.merge(answers.map(({ value }) => value)),
        provider: 'gemini',
        model: [...new Set(answers.map(({ model }) => model))].join(', '),
        usage: budget.usage,
        prompt_version: plan.promptVersion,
      };
    },
  };
}
