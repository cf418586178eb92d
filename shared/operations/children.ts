import type { ChildPlan } from '../analyses/endpoints.ts';
import { endpointOf } from '../analyses/endpoints.ts';
import { childOperationId } from './ids.ts';
import type { Operation } from './record.ts';

/** The operations that do an operation's work, each under an id of its own that every step finds again. */
export const childrenOf = (parent: Operation): readonly (ChildPlan & { readonly id: string })[] =>
  (endpointOf(parent.endpoint).children?.(parent.input) ?? []).map((plan) => ({
    ...plan,
    id: childOperationId(parent, plan.name),
  }));
