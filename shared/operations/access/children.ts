import type { ChildPlan, Kinds } from '../kind.ts';
import { childOperationId } from '../record/ids.ts';
import type { Operation } from '../record/record.ts';

/** The operations that do an operation's work, each under an id of its own that every step finds again. */
export const childrenOf = (
  kinds: Kinds,
  parent: Operation,
): readonly (ChildPlan & { readonly id: string })[] =>
  (kinds.of(parent.endpoint).children?.(parent.input) ?? []).map((plan) => ({
    ...plan,
    id: childOperationId(parent, plan.name),
  }));
