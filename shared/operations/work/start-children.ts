import { Problem } from '../../errors.ts';
import { traceparentOf } from '../../trace.ts';
import { validate } from '../../validate.ts';
import { childrenOf } from '../access/children.ts';
import { findOperation } from '../access/find.ts';
import type { Child, ChildPlan } from '../kind.ts';
import type { Operation } from '../record/record.ts';
import { type OperationView, operationView, view, viewWithoutResult } from '../record/view.ts';
import type { Services } from '../services.ts';
import { submit } from '../submit/submit.ts';

/**
 * Loads all children of an operation, as their tenant sees them. A child that does not exist yet is submitted as the tenant
 * would submit it.
 */
export const startOrLoadChildren = (services: Services, parent: Operation): Promise<readonly Child[]> =>
  Promise.all(
    childrenOf(services.kinds, parent).map(async ({ id, ...plan }) => {
      const operation =
        (await loadChild(services, parent.tenant_id, id)) ?? (await startChild(services, parent, plan, id));
      return {
        ...plan,
        operation: viewWithoutResult(operation),
        shown: viewAsDocumented(services, operation),
      };
    }),
  );

function viewAsDocumented({ kinds }: Services, operation: Operation): OperationView | undefined {
  try {
    return operationView.parse(
      JSON.parse(JSON.stringify(view(operation, kinds.of(operation.endpoint).result))),
    );
  } catch {
    return undefined;
  }
}

async function loadChild(services: Services, tenant_id: string, id: string): Promise<Operation | undefined> {
  try {
    return (await findOperation(services, tenant_id, id)).operation;
  } catch (error) {
    if (error instanceof Problem && error.code === 'not-found') return undefined;
    throw error;
  }
}

async function startChild(
  services: Services,
  { tenant_id, request_id, traceparent }: Operation,
  plan: ChildPlan,
  id: string,
): Promise<Operation> {
  const kind = services.kinds.of(plan.endpoint);
  const { operation } = await submit(services, {
    id,
    kind,
    input: validate(kind.input, plan.body),
    tenant_id,
    request_id,
    key: undefined,
    preferences: { respondAsync: true, wait: undefined },
    traceparent: traceparentOf(traceparent),
    gone: nobody,
    waiting: nobody,
  });
  return operation;
}

/** No client waits for a child, so none goes away. */
const nobody = () => new AbortController().signal;
