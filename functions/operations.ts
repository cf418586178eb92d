import type { Runtime } from '../shared/compose.ts';
import { Problem } from '../shared/errors.ts';
import { getOperation } from '../shared/http/get-operation.ts';
import { polled } from '../shared/http/operation-answer.ts';
import type { Answer, Route, TenantCall } from '../shared/http/route.ts';
import { cancel } from '../shared/operations/access/cancel.ts';
import { erase } from '../shared/operations/access/erase.ts';
import { listOperations, listQuery } from '../shared/operations/access/list.ts';
import type { Services } from '../shared/operations/services.ts';
import { queryOf, validate } from '../shared/validate.ts';
import { documentationRoutes } from './documentation.ts';

/** The routes of existing operations, of the service's health, and of what describes the API. */
export const operationsRoutes = ({ services }: Pick<Runtime, 'services'>): Route[] => [
  { method: 'GET', path: '/v1/operations', access: 'tenant', handle: lister(services) },
  {
    method: 'GET',
    path: '/v1/operations/{id}',
    access: 'tenant',
    handle: (call) => getOperation(services, call),
  },
  {
    method: 'POST',
    path: '/v1/operations/{id}/cancel',
    access: 'tenant',
    handle: async ({ principal, params }) =>
      polled(services, await cancel(services, principal.tenant_id, params['id'] ?? '')),
  },
  {
    method: 'DELETE',
    path: '/v1/operations/{id}',
    access: 'tenant',
    handle: (call) => remove(services, call),
  },
  {
    method: 'GET',
    path: '/v1/health',
    access: 'public',
    handle: async () => ({ status: 200, body: { status: 'ok' } }),
  },
  { method: 'GET', path: '/v1/ready', access: 'public', handle: () => ready(services) },
  ...documentationRoutes,
];

/** The line in the log is the record of who erased what; the store keeps none. */
async function remove(services: Services, { principal, params, requestId }: TenantCall): Promise<Answer> {
  const { tenant_id } = principal;
  const { id, endpoint } = await erase(services, tenant_id, params['id'] ?? '');
  services.log.info({ request_id: requestId, tenant_id, operation_id: id, endpoint }, 'erased');
  return { status: 204, log: { operation_id: id, endpoint } };
}

function lister(services: Services) {
  const schema = listQuery(services.kinds);
  const names = Object.keys(schema.shape);
  return async ({ principal, query }: TenantCall): Promise<Answer> => {
    const body = await listOperations(services, principal.tenant_id, validate(schema, queryOf(query, names)));
    return { status: 200, body, log: { operations: body.operations.length } };
  };
}

async function ready({ store }: Services): Promise<Answer> {
  try {
    await store.ping();
    return { status: 200, body: { status: 'ready' } };
  } catch (error) {
    throw new Problem('store-unavailable', 'The store does not answer.', {
      headers: { 'Retry-After': '5' },
      cause: error,
    });
  }
}
