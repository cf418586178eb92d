import type * as z from 'zod';
import { certification, certificationParams } from './analyses/certification.ts';
import { concludeCritique, concludeProofread } from './analyses/conclude.ts';
import { essayCritiqueInput, essayCritiqueResult } from './analyses/essay-critique.ts';
import { proofreadInput, proofreadResult } from './analyses/proofread.ts';
import { disabledRules } from './analyses/rules.ts';
import type { TenantAccess } from './auth/authenticate.ts';
import type { Input, Kind } from './operations/kind.ts';
import type { Analysis, Findings, Provider } from './providers/port.ts';

/** A kind of operation as clients ask for it. */
export interface OfferedKind extends Kind {
  readonly path: string;
  readonly access: TenantAccess;
  /** The schema of the path's `{names}`, which become part of the input. */
  readonly params?: z.ZodType<Record<string, unknown>>;
}

/** Every kind of operation that the service offers. This is the one place that lists them. */
export const createKinds = (provider: Provider): readonly OfferedKind[] => [
  {
    path: '/v1/proofread',
    access: 'tenant',
    ...textAnalysis(provider, {
      analysis: 'proofread',
      field: 'text',
      input: proofreadInput,
      result: proofreadResult,
      conclude: (text, { issues }) => concludeProofread(text, issues),
    }),
  },
  {
    path: '/v1/essay-critique',
    access: 'tenant',
    ...textAnalysis(provider, {
      analysis: 'essay-critique',
      field: 'essay',
      input: essayCritiqueInput,
      result: essayCritiqueResult,
      conclude: concludeCritique,
    }),
  },
  {
    path: '/v1/admin/integrations/{integrationId}/certifications',
    access: { roles: ['tenant_admin'] },
    params: certificationParams,
    ...certification,
  },
];

/** A kind that has the provider analyse one text of the body. */
function textAnalysis<A extends Analysis>(
  provider: Provider,
  definition: {
    readonly analysis: A;
    readonly field: string;
    readonly input: Kind['input'];
    readonly result: Kind['result'];
    readonly conclude: (text: string, findings: Findings[A]) => unknown;
  },
): Kind {
  const { analysis, field, input, result, conclude } = definition;
  const textOf = (body: Input) => String(body[field]);
  return {
    name: analysis,
    input,
    result,
    text: textOf,
    ...(provider.isBrief && { isBrief: (body: Input) => provider.isBrief?.(textOf(body)) === true }),
    run: async (body, { children: _, elapsedMs: __, ...context }) => {
      const disabled = disabledRules.parse(body['disabled_rules']);
      const request = { analysis, text: textOf(body), language: 'ta' as const, disabledRules: disabled };
      const { findings, ...rest } = await provider.analyse(request, context);
      return { ...rest, result: conclude(request.text, findings) };
    },
  };
}
