import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exchange, expectSound } from '../support/exchange.ts';
import { type ServedFunctions, serveFunctions } from '../support/served-functions.ts';

let served: ServedFunctions;
beforeEach(async () => {
  served = await serveFunctions();
});
afterEach(() => served[Symbol.asyncDispose]());

const ADMIN = { gotamil_roles: ['tenant_admin'] };

const post = async ({
  integration = 'lms',
  body = { mode: 'quick' } as unknown,
  headers = {} as Record<string, string>,
  claims = ADMIN as Parameters<ServedFunctions['bearer']>[0],
} = {}) => {
  const answer = await exchange(served.origins.submit, {
    target: `/v1/admin/integrations/${integration}/certifications`,
    body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json', ...(await served.bearer(claims)), ...headers },
  });
  expectSound(answer);
  return answer;
};

describe('a certification', () => {
  it('is recorded, enqueued and answered 202', async () => {
    const { status, json, headers } = await post();
    expect(status).toBe(202);
    expect(json).toMatchObject({ endpoint: 'onboarding-certify', status: 'queued', tenant_id: 'school-1' });
    expect(headers['location']).toBe(`/v1/operations/${json.operation_id}`);
    expect(headers['retry-after']).toMatch(/^\d+$/);
    expect(served.queue.tasks).toEqual([expect.objectContaining({ operation_id: json.operation_id })]);
    expect((await served.services.store.read(json.operation_id))?.operation.input).toEqual({
      integrationId: 'lms',
      mode: 'quick',
    });
  });

  it.each(['wait=20', 'respond-async, wait=20', 'wait=0', 'respond-async'])(
    'is 202 whatever is preferred: %s',
    async (prefer) => {
      const { status, headers, json } = await post({ headers: { Prefer: prefer } });
      expect([status, json.status]).toEqual([202, 'queued']);
      expect(headers['preference-applied']).toBe(
        prefer.startsWith('respond-async') ? 'respond-async' : undefined,
      );
    },
  );

  it.each(['a', '0', '-', '_', 'A.b-C_9', 'x'.repeat(128)])(
    'is of the integration %s',
    async (integration) => {
      expect((await post({ integration })).status).toBe(202);
    },
  );

  it.each(['x'.repeat(129), 'a%20b', 'a%2Fb', 'a%0A', '%E0%AE%85', 'a:b', '%00', 'a~b'])(
    'is not of the integration %s',
    async (integration) => {
      const { status, json } = await post({ integration });
      expect([status, json.errors.map(({ field }: { field: string }) => field)]).toEqual([
        400,
        ['integrationId'],
      ]);
      expect(served.queue.tasks).toEqual([]);
    },
  );

  it.each([
    [{}, ['mode']],
    [{ mode: 'slow' }, ['mode']],
    [{ mode: 'quick', integrationId: 'other' }, ['integrationId']],
    [[], ['body']],
  ])('of %j is refused for %j', async (body, fields) => {
    const { status, json } = await post({ body });
    expect([status, json.errors.map(({ field }: { field: string }) => field)]).toEqual([400, fields]);
  });

  it('is told all its faults at once: of path, body and key', async () => {
    const { json } = await post({
      integration: 'a%20b',
      body: { mode: 1, more: 2 },
      headers: { 'Idempotency-Key': 'a b' },
    });
    expect(new Set(json.errors.map(({ field }: { field: string }) => field))).toEqual(
      new Set(['Idempotency-Key', 'integrationId', 'mode', 'more']),
    );
  });
});

describe('the role', () => {
  const PLACES: readonly [string, (role: unknown) => object][] = [
    ['gotamil_roles', (role) => ({ gotamil_roles: role })],
    ['roles', (role) => ({ roles: role })],
    ['role', (role) => ({ role })],
    ['app_metadata.gotamil_roles', (role) => ({ app_metadata: { gotamil_roles: role } })],
    ['app_metadata.roles', (role) => ({ app_metadata: { roles: role } })],
  ];

  it.each(PLACES)('is found at %s', async (_place, claims) => {
    expect((await post({ claims: claims(['tenant_viewer', 'tenant_admin']) as never })).status).toBe(202);
    expect((await post({ integration: 'other', claims: claims('tenant_admin') as never })).status).toBe(202);
    const { status, json } = await post({ integration: 'third', claims: claims('tenant_viewer') as never });
    expect([status, json.code]).toEqual([403, 'forbidden']);
  });

  it('is asked for before the body is looked at', async () => {
    expect((await post({ claims: {}, body: { mode: 'nonsense' } })).status).toBe(403);
  });
});

describe('one at a time', () => {
  it('for a tenant and integration', async () => {
    expect((await post()).status).toBe(202);
    const { status, json, headers } = await post();
    expect([status, json.code, headers['retry-after']]).toEqual([409, 'certification-running', '5']);
    expect((await post({ integration: 'lms2' })).status).toBe(202);
    expect((await post({ claims: { ...ADMIN, tenant_id: 'school-2' } })).status).toBe(202);
  });

  it('of twenty at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => post()));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([202, ...Array(19).fill(409)]);
    expect(served.queue.tasks).toHaveLength(1);
  });

  it('also with keys, each its own', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => post({ headers: { 'Idempotency-Key': `key-${n}` } })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([202, ...Array(19).fill(409)]);
  });

  it('with one key all twenty are answered the one', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post({ headers: { 'Idempotency-Key': 'key' } })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ json }) => json.operation_id)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers['idempotent-replayed'] === undefined)).toHaveLength(1);
  });

  it('a key used for another integration or mode is refused, running or not', async () => {
    const headers = { 'Idempotency-Key': 'key' };
    await post({ headers });
    for (const other of [{ body: { mode: 'full' } }, { integration: 'other' }]) {
      const { status, json } = await post({ headers, ...other });
      expect([status, json.code]).toEqual([422, 'idempotency-key-reused']);
    }
  });
});
