import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operationsRoutes } from '../../functions/operations.ts';
import { TARGETS, type Target } from '../../functions/serve.ts';
import { submitRoutes } from '../../functions/submit.ts';
import { workerRoutes } from '../../functions/worker.ts';
import { closed, listen } from '../../local/start/listen.ts';
import { ROLES } from '../../shared/auth/principal.ts';
import type { Runtime } from '../../shared/compose.ts';
import type { Route } from '../../shared/http/route.ts';
import type { Operation } from '../../shared/operations/record/record.ts';
import { failed, idOf, queued, running, succeeded } from '../contract/records.ts';
import { type Exchanged, exchange, expectSound, type Request } from '../support/exchange.ts';
import { runtimeToList } from '../support/kinds-with.ts';
import { type ServedFunctions, serveFunctions } from '../support/served-functions.ts';

/** The route table of each function: one that is missing here does not compile. */
const TABLES: Record<Target, (runtime: Pick<Runtime, 'services' | 'kinds'>) => Route[]> = {
  submit: submitRoutes,
  worker: workerRoutes,
  operations: operationsRoutes,
};

/** Whoever adds a route for anyone has to say so here. */
const FOR_ANYONE = [
  ...['GET /v1/health', 'GET /v1/ready', 'GET /v1/openapi.json'],
  ...['GET /docs', 'GET /docs/', 'GET /docs/{file}', 'GET /problems/{code}'],
];

const ROUTES = TARGETS.flatMap((target) =>
  TABLES[target](runtimeToList()).map((route) => ({
    target,
    ...route,
    name: `${route.method} ${route.path}`,
  })),
);
const kind = ({ access }: Route) => (typeof access === 'string' ? access : 'role');
const ofTenants = ROUTES.filter((route) => ['tenant', 'role'].includes(kind(route)));
const ofQueue = ROUTES.filter(({ access }) => access === 'task-queue');
type Row = (typeof ROUTES)[number];

let served: ServedFunctions;
beforeAll(async () => {
  served = await serveFunctions();
});
afterAll(() => served[Symbol.asyncDispose]());

const BODIES = [
  { text: 'அவன் வந்தான்.' },
  { essay: 'மழை பெய்தது. குளம் நிறைந்தது.' },
  { mode: 'quick' },
  { operation_id: idOf('theirs-queued') },
  {},
];

async function ask(
  row: Row,
  id: string,
  headers: Record<string, string>,
  body: object = {},
): Promise<Exchanged> {
  const target = row.path.replaceAll(/\{\w+\}/g, encodeURIComponent(id));
  const asked: Request = {
    target,
    method: row.method,
    headers: { 'Content-Type': 'application/json', ...headers },
    ...(row.method === 'POST' && { body: JSON.stringify(body) }),
  };
  const answer = await exchange(served.origins[row.target], asked);
  expectSound(answer);
  return answer;
}

describe('the route table', () => {
  it('gives nothing to anyone but what is named here', () => {
    const open = ROUTES.filter(({ access }) => access === 'public').map(({ name }) => name);
    expect(open.filter((name) => !FOR_ANYONE.includes(name))).toEqual([]);
  });

  it('holds the routes of every function', () => {
    expect(ofTenants.length).toBeGreaterThanOrEqual(6);
    expect(ofQueue.map(({ name }) => name)).toEqual(['POST /tasks/run', 'POST /tasks/sweep']);
  });
});

describe.each(ofTenants)('$name', (row) => {
  const SECRET = 'ரகசியம்';
  const theirs: Operation[] = [
    queued('theirs-queued', { tenant_id: 'school-2', input: { text: SECRET } }),
    running('theirs-running', { tenant_id: 'school-2', input: { text: SECRET } }),
    failed('theirs-failed', { tenant_id: 'school-2', input: { text: SECRET } }),
    succeeded('theirs-done', { corrected_text: SECRET }, { tenant_id: 'school-2', input: { text: SECRET } }),
  ];
  const records = () => Promise.all(theirs.map(({ id }) => served.services.store.read(id)));
  beforeAll(async () => {
    for (const record of theirs) await served.services.store.create(record);
  });
  const tenant = () => served.bearer({ tenant_id: 'school-1', roles: [...ROLES] });

  it.each<[string, () => Promise<Record<string, string>>]>([
    ['no token', async () => ({})],
    ['a token that is none', async () => ({ Authorization: 'Bearer a.b.c' })],
    ['a token without a tenant', () => served.bearer({ tenant_id: undefined })],
    ['the queue’s token', () => served.queueBearer()],
    ['only the queue’s headers', async () => ({ 'X-CloudTasks-QueueName': 'operations' })],
  ])('does not let in %s', async (_name, headers) => {
    expect((await ask(row, idOf('theirs-done'), await headers())).status).toBe(401);
  });

  it('tells one tenant nothing of another, and changes nothing of it', async () => {
    const before = await records();
    for (const { id } of theirs) {
      for (const body of BODIES) {
        const answer = await ask(row, id, await tenant(), body);
        expect(answer.text).not.toContain(SECRET);
        expect(answer.text).not.toContain('school-2');
        if (row.path.includes('{id}')) {
          const nobody = await ask(row, randomUUID(), await tenant(), body);
          const plain = ({ status, json }: Exchanged) => [status, { ...json, request_id: '' }];
          expect(plain(answer)).toEqual(plain(nobody));
        } else if (row.method === 'GET') {
          for (const one of theirs) expect(answer.text).not.toContain(one.id);
        }
      }
    }
    expect(await records()).toEqual(before);
  });

  it('takes the tenant from the token, whatever else names one', async () => {
    const named = { 'X-Tenant-Id': 'school-2', 'X-Forwarded-User': 'school-2', Cookie: 'tenant_id=school-2' };
    for (const body of BODIES) {
      const plain = await ask(row, 'some-id', { ...(await tenant()), ...named }, body);
      expect(plain.json.tenant_id ?? 'school-1').toBe('school-1');
      const inBody = await ask(row, 'some-id', await tenant(), { ...body, tenant_id: 'school-2' });
      expect(inBody.json.tenant_id ?? 'school-1').toBe('school-1');
      expect(inBody.text).not.toContain('school-2');
    }
  });
});

it.each(ofTenants.filter((row) => kind(row) === 'role'))(
  '$name does not let in a user without the role',
  async (row) => {
    const bearer = await served.bearer({ tenant_id: 'school-1', roles: [] });
    expect((await ask(row, 'one', bearer, { mode: 'quick' })).json.code).toBe('forbidden');
  },
);

it.each(ofTenants.filter(({ target }) => target === 'submit'))(
  '$name keeps the keys of two tenants apart',
  async (row) => {
    const made: string[] = [];
    for (const tenant_id of ['school-1', 'school-2']) {
      const bearer = await served.bearer({ tenant_id, roles: [...ROLES] });
      const headers = { ...bearer, 'Idempotency-Key': `same-${row.path}`, Prefer: 'respond-async' };
      for (const body of BODIES) {
        const { json, headers: told } = await ask(row, 'crm', headers, body);
        expect(told['idempotent-replayed']).toBeUndefined();
        if (json.operation_id !== undefined) made.push(json.operation_id);
      }
    }
    expect(made).toHaveLength(2);
    expect(new Set(made).size).toBe(2);
  },
);

describe.each(ofQueue)('$name', (row) => {
  const email = 'tasks@project.iam.gserviceaccount.com';
  it.each<[string, () => Promise<Record<string, string>>]>([
    ['no token', async () => ({})],
    [
      'the headers of Cloud Tasks alone',
      async () => ({ 'X-CloudTasks-TaskName': 't', 'X-CloudTasks-QueueName': 'q' }),
    ],
    ['a tenant’s token', () => served.bearer({ roles: [...ROLES] })],
    [
      'a tenant’s token that claims the queue’s account',
      () => served.bearer({ email, email_verified: true }),
    ],
    [
      'a token of another service account',
      async () => ({
        Authorization: `Bearer ${await served.queueIdentity.sign('https://worker.example', 'other@project.iam.gserviceaccount.com')}`,
      }),
    ],
    [
      'the queue’s token for another service',
      async () => ({ Authorization: `Bearer ${await served.queueIdentity.sign('https://submit.example')}` }),
    ],
  ])('does not let in %s', async (_name, headers) => {
    const record = queued(`held-${row.path}-${_name}`, { due_at: 0 });
    await served.services.store.create(record);
    const { status } = await ask(row, '', await headers(), { operation_id: record.id });
    expect(status).toBe(401);
    expect((await served.services.store.read(record.id))?.operation).toEqual(record);
  });
});

describe('a URL from a client', () => {
  it('is fetched from nowhere: not from a token, not from a header, not from a body', async () => {
    let visits = 0;
    const trap = createServer((_req, res) => {
      visits += 1;
      res.end('{"keys":[]}');
    });
    trap.on('connection', () => {
      visits += 1;
    });
    const { port } = await listen(trap, 0);
    const url = `http://127.0.0.1:${port}/keys`;
    const tokens = [
      await served.issuer.sign({}, { jku: url, kid: url }),
      await served.issuer.sign({ iss: url }, { x5u: url }),
      await served.issuer.sign({ sub: url, tenant_id: url, roles: [...ROLES] }),
    ];
    const headers = [
      'Host',
      'X-Forwarded-Host',
      'Referer',
      'Origin',
      'Forwarded',
      'Prefer',
      'Traceparent',
      'Link',
    ];
    const pointing = Object.fromEntries(
      headers.map((name) => [name, name === 'Host' ? `127.0.0.1:${port}` : url]),
    );
    for (const row of ROUTES) {
      for (const token of tokens) {
        const authorization = { Authorization: `Bearer ${token}` };
        await ask(row, url, { ...authorization, ...pointing });
        for (const body of [
          { text: url },
          { essay: url },
          { text: 'அ', webhook_url: url, callback: url },
          { mode: url },
        ]) {
          await ask(row, url, authorization, body);
        }
      }
      await ask(row, url, await served.queueBearer(), { operation_id: url });
    }
    expect(visits).toBe(0);
    const proof = connect(port, '127.0.0.1');
    await expect.poll(() => visits).toBe(1);
    proof.destroy();
    await closed(trap);
  });
});
