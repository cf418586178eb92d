import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operationsRoutes } from '../../functions/operations.ts';
import { submitRoutes } from '../../functions/submit.ts';
import { workerRoutes } from '../../functions/worker.ts';
import { ROLES, type Role } from '../../shared/auth/principal.ts';
import type { Route } from '../../shared/http/route.ts';
import { idOf } from '../contract/records.ts';
import { exchange, expectSound } from '../support/exchange.ts';
import { runtimeToList } from '../support/kinds-with.ts';
import { type ServedFunctions, serveFunctions } from '../support/served-functions.ts';

type Rule = 'public' | 'task-queue' | readonly Role[];

const ANY_USER: Rule = ROLES;

/** Who may call what. A route that is not here, or a line without a route, fails the first test. */
const RULES: Readonly<Record<string, Rule>> = {
  'submit POST /v1/proofread': ANY_USER,
  'submit POST /v1/essay-critique': ANY_USER,
  'submit POST /v1/admin/integrations/{integrationId}/certifications': ['tenant_admin'],
  'operations GET /v1/operations': ANY_USER,
  'operations GET /v1/operations/{id}': ANY_USER,
  'operations DELETE /v1/operations/{id}': ANY_USER,
  'operations POST /v1/operations/{id}/cancel': ANY_USER,
  'operations GET /v1/health': 'public',
  'operations GET /v1/ready': 'public',
  'operations GET /v1/openapi.json': 'public',
  'operations GET /docs': 'public',
  'operations GET /docs/': 'public',
  'operations GET /docs/{file}': 'public',
  'operations GET /problems/{code}': 'public',
  'worker POST /tasks/run': 'task-queue',
  'worker POST /tasks/sweep': 'task-queue',
};

const RUNTIME = runtimeToList();
const ROUTES: readonly { where: 'submit' | 'operations' | 'worker'; route: Route }[] = [
  ...submitRoutes(RUNTIME).map((route) => ({ where: 'submit' as const, route })),
  ...operationsRoutes(RUNTIME).map((route) => ({ where: 'operations' as const, route })),
  ...workerRoutes(RUNTIME).map((route) => ({ where: 'worker' as const, route })),
];
const nameOf = ({ where, route }: (typeof ROUTES)[number]) => `${where} ${route.method} ${route.path}`;

const CALLERS = ['nobody', 'the queue', 'a user without a role', ...ROLES] as const;
type Caller = (typeof CALLERS)[number];

let served: ServedFunctions;
beforeAll(async () => {
  served = await serveFunctions();
});
afterAll(() => served[Symbol.asyncDispose]());

const headersOf = async (caller: Caller): Promise<Record<string, string>> => {
  if (caller === 'nobody') return {};
  if (caller === 'the queue') return served.queueBearer();
  return served.bearer(caller === 'a user without a role' ? {} : { gotamil_roles: [caller] });
};

function expected(rule: Rule, caller: Caller): 'admitted' | 401 | 403 {
  if (rule === 'public') return 'admitted';
  if (rule === 'task-queue') return caller === 'the queue' ? 'admitted' : 401;
  if (caller === 'nobody' || caller === 'the queue') return 401;
  if (rule === ANY_USER) return 'admitted';
  return (rule as readonly string[]).includes(caller) ? 'admitted' : 403;
}

it('every route has its rule, and every rule its route', () => {
  expect(ROUTES.map(nameOf).sort()).toEqual(Object.keys(RULES).sort());
});

describe.each(ROUTES.map((one) => ({ ...one, name: nameOf(one) })))('$name', ({ where, route, name }) => {
  const rule = RULES[name] ?? [];
  it.each(CALLERS.map((caller) => ({ caller, outcome: expected(rule, caller) })))(
    '$caller: $outcome',
    async ({ caller, outcome }) => {
      const answer = await exchange(served.origins[where], {
        method: route.method,
        target: route.path.replaceAll(/\{\w+\}/g, idOf('nothing')),
        headers: { 'Content-Type': 'application/json', ...(await headersOf(caller)) },
        ...(route.method === 'POST' && { body: '{}' }),
      });
      expectSound(answer);
      if (outcome === 'admitted') expect([401, 403]).not.toContain(answer.status);
      else expect([answer.status, answer.json.code]).toEqual([outcome, CODES[outcome]]);
    },
  );
});

const CODES = { 401: 'unauthorized', 403: 'forbidden' };
