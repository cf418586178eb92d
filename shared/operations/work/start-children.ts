import { Problem } from '../../errors.ts';
import { type Child, type ChildPlan, endpointOf } from '../../kinds.ts';
import { traceparentOf } from '../../trace.ts';
import { validate } from '../../validate.ts';
import { childrenOf } from '../access/children.ts';
import { findOperation } from '../access/find.ts';
import { type OperationView, operationView, summary, view } from '../access/view.ts';
import type { Operation } from '../record/record.ts';
import type { Services } from '../services.ts';
import { submit } from '../submit/submit.ts';

/**
 * All children of an operation, as their tenant sees them. One that does not exist yet is submitted as the tenant would
 * submit it, and worked on as any other.
 */
export const gatherChildren = (services: Services, parent: Operation): Promise<readonly Child[]> =>
  Promise.all(
    childrenOf(parent).map(async ({ id, ...plan }) => {
      const operation =
        (await existing(services, parent.tenant_id, id)) ?? (await started(services, parent, plan, id));
      return { ...plan, operation: summary(operation), shown: documented(operation) };
    }),
  );

function documented(operation: Operation): OperationView | undefined {
  try {
    return operationView.parse(JSON.parse(JSON.stringify(view(operation))));
  } catch {
    return undefined;
  }
}

async function existing(services: Services, tenant_id: string, id: string): Promise<Operation | undefined> {
  try {
    return (await findOperation(services, tenant_id, id)).operation;
  } catch (error) {
    if (error instanceof Problem && error.code === 'not-found') return undefined;
    throw error;
  }
}

async function started(
  services: Services,
  { tenant_id, request_id, traceparent }: Operation,
  plan: ChildPlan,
  id: string,
): Promise<Operation> {
  const endpoint = endpointOf(plan.endpoint);
  const { operation } = await submit(services, {
    id,
    endpoint,
    input: validate(endpoint.input, plan.body),
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

/** No client waits for a part of an operation, so none goes away. */
const nobody = () => new AbortController().signal;
