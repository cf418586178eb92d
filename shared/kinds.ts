import type * as z from 'zod';
import { certification } from './analyses/certification.ts';
import { concludeCritique, concludeProofread } from './analyses/conclude.ts';
import { essayCritiqueInput, essayCritiqueResult } from './analyses/essay-critique.ts';
import { proofreadInput, proofreadResult } from './analyses/proofread.ts';
import { disabledRules } from './analyses/rules.ts';
import type { TenantAccess } from './auth/authenticate.ts';
import type { ProblemCode } from './errors.ts';
import type { OperationView } from './operations/access/view.ts';
import type { EndpointName } from './operations/record/record.ts';
import type { Outcome } from './operations/record/transitions.ts';
import type { Analysis, AnalysisContext, Findings, Provider } from './providers/port.ts';

/** A validated body, with what the path names. */
export type Input = Readonly<Record<string, unknown>>;

export interface RunContext extends AnalysisContext {
  readonly provider: Provider;
  /** The operations that do the work, started where they were not yet. In the worker only. */
  readonly children: () => Promise<readonly Child[]>;
  /** Since the operation was made. */
  readonly elapsedMs: number;
}

/** An operation that another one starts to have a part of its work done. */
export interface ChildPlan {
  /** Unique among the children of one operation. */
  readonly name: string;
  readonly endpoint: EndpointName;
  readonly body: Input;
}

export interface Child extends ChildPlan {
  readonly operation: Omit<OperationView, 'result'>;
  /** What its tenant is shown, if that is of the documented form. */
  readonly shown: OperationView | undefined;
}

/** What the work has come to. Without a latency of its own it gets the attempt's. */
export type Done = Omit<Outcome, 'latency_ms'> & Partial<Pick<Outcome, 'latency_ms'>>;

/** A step is done and others have to finish theirs: the work goes on after a pause, in another attempt. */
export interface Yield {
  readonly kind: 'yield';
  readonly afterMs: number;
  readonly progress?: number;
}

/** Of all operations with one slot name, one may be unfinished; to more this is the answer. */
export interface Slotting {
  /** Any text. */
  readonly name: string;
  readonly code: ProblemCode;
  readonly detail: string;
}

/** One kind of operation: all that submit and worker need to know of it. */
export interface Endpoint {
  readonly name: EndpointName;
  readonly path: string;
  readonly access: TenantAccess;
  /** What the path's `{names}` may be; they become part of the input. */
  readonly params?: z.ZodType<Record<string, unknown>>;
  /** The body. */
  readonly input: z.ZodType<Record<string, unknown>>;
  /** What a client is shown of the result; of a record that holds more, what is not named here stays there. */
  readonly result: z.ZodType;
  /** The text whose length decides between synchronous and asynchronous; `undefined`: always asynchronous. */
  readonly text: (input: Input) => string | undefined;
  /** For what is asynchronous. */
  readonly slot?: (input: Input, tenant_id: string) => Slotting;
  /** What other operations do of the work, the same for the same input. They are cancelled with it. */
  readonly children?: (input: Input) => readonly ChildPlan[];
  /** Does the work, or a step of it. The result keeps the contract's invariants whatever the provider found. */
  readonly run: (input: Input, context: RunContext) => Promise<Done | Yield>;
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
    run: async (body, { provider, children: _, elapsedMs: __, ...context }) => {
      const disabled = disabledRules.parse(body['disabled_rules']);
      const request = { analysis, text: text(body), language: 'ta' as const, disabledRules: disabled };
      const { findings, ...rest } = await provider.analyse(request, context);
      return { ...rest, result: conclude(request.text, findings) };
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
  certification,
];

export const endpointOf = (name: EndpointName): Endpoint => {
  const endpoint = endpoints.find((candidate) => candidate.name === name);
  if (endpoint === undefined) throw new Error(`there is no endpoint ${name}`);
  return endpoint;
};
