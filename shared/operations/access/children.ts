import type { ChildPlan } from '../../kinds.ts';
import { endpointOf } from '../../kinds.ts';
import { childOperationId } from '../record/ids.ts';
import type { Operation } from '../record/record.ts';

/** The operations that do an operation's work, each under an id of its own that every step finds again. */
export const childrenOf = (parent: Operation): readonly (ChildPlan & { readonly id: string })[] =>
  (endpointOf(parent.endpoint).children?.(parent.input) ?? []).map((plan) => ({
    ...plan,
    id: childOperationId(parent, plan.name),
  }));
