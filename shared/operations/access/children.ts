import type { ChildPlan, Kinds } from '../kind.ts';
import { childOperationId } from '../record/ids.ts';
import type { Operation } from '../record/record.ts';

/** The children of an operation. Their ids are derived from the parent, so that every step finds the same ones. */
export const childrenOf = (
  kinds: Kinds,
  parent: Operation,
): readonly (ChildPlan & { readonly id: string })[] =>
  (kinds.of(parent.endpoint).children?.(parent.input) ?? []).map((plan) => ({
    ...plan,
    id: childOperationId(parent, plan.name),
  }));
