import type * as z from 'zod';
import type { TenantAccess } from '../auth/authenticate.ts';
import type { EndpointName } from '../operations/record.ts';
import type { Outcome } from '../operations/transitions.ts';
import type { Analysis, AnalysisContext, Findings, Provider } from '../providers/provider.ts';
import { concludeCritique, concludeProofread } from './conclude.ts';
import { essayCritiqueInput, essayCritiqueResult } from './essay-critique.ts';
import { proofreadInput, proofreadResult } from './proofread.ts';

/** A validated body. */
export type Input = Readonly<Record<string, unknown>>;

export interface RunContext extends AnalysisContext {
  readonly provider: Provider;
}

/** One kind of operation: all that submit and worker need to know of it. */
export interface Endpoint {
  readonly name: EndpointName;
  readonly path: string;
  readonly access: TenantAccess;
  readonly input: z.ZodType<Record<string, unknown>>;
  readonly result: z.ZodType;
  /** The text whose length decides between synchronous and asynchronous. */
  readonly text: (input: Input) => string;
  /** Does the work, once. The result keeps the contract's invariants whatever the provider found. */
  readonly run: (input: Input, context: RunContext) => Promise<Omit<Outcome, 'latency_ms'>>;
}

/** An endpoint that has the provider analyse one text of the body. */
function textAnalysis<A extends Analysis & EndpointName>(definition: {
  readonly analysis: A;
  readonly field: string;
  readonly input: Endpoint['input'];
  readonly result: Endpoint['result'];
  readonly conclude: (text: string, findings: Findings[A]) => unknown;
}): Endpoint {
  const { analysis, field, input, result, conclude } = definition;
  const text = (body: Input) => String(body[field]);
  return {
    name: analysis,
    path: `/v1/${analysis}`,
    access: 'tenant',
    input,
    result,
    text,
    run: async (body, { provider, ...context }) => {
      const request = { analysis, text: text(body), language: 'ta' as const };
      const { findings, ...rest } = await provider.analyse(request, context);
      return { ...rest, merged: rest.merged && { ...rest.merged }, result: conclude(request.text, findings) };
    },
  };
}

export const endpoints: readonly Endpoint[] = [
  textAnalysis({
    analysis: 'proofread',
    field: 'text',
    input: proofreadInput,
    result: proofreadResult,
    conclude: (text, { issues }) => concludeProofread(text, issues),
  }),
  textAnalysis({
    analysis: 'essay-critique',
    field: 'essay',
    input: essayCritiqueInput,
    result: essayCritiqueResult,
    conclude: concludeCritique,
  }),
];

export const endpointOf = (name: EndpointName): Endpoint => {
  const endpoint = endpoints.find((candidate) => candidate.name === name);
  if (endpoint === undefined) throw new Error(`there is no endpoint ${name}`);
  return endpoint;
};
