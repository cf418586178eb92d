import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closed, listen } from '../../local/start/listen.ts';
import { ROLES } from '../../shared/auth/principal.ts';
import type { ProblemCode } from '../../shared/errors.ts';
import { answerBy } from '../../shared/http/server.ts';
import { ProviderRejected } from '../../shared/operations/kind.ts';
import { StoreUnavailable } from '../../shared/operations/store/port.ts';
import { idOf, queued, succeeded } from '../contract/records.ts';
import { type Exchanged, exchange, type Request } from '../support/exchange.ts';
import { nothingFound, type Script } from '../support/scripted-provider.ts';
import { type ServedFunctions, serveFunctions } from '../support/served-functions.ts';
import {
  type Described,
  goodStatuses,
  OPERATIONS,
  operationOf,
  problemCodes,
  undescribed,
} from './described.ts';

let served: ServedFunctions;
/** One request a minute for each tenant. */
let scarce: ServedFunctions;
/** The identity provider is away. */
let keyless: ServedFunctions;
beforeAll(async () => {
  served = await serveFunctions();
  scarce = await serveFunctions({ quota: { requestsPerMinute: 1 } });
  keyless = await serveFunctions({ keys: { kind: 'remote', uri: 'http://127.0.0.1:1/keys' } });
});
afterAll(async () => {
  for (const one of [served, scarce, keyless]) await one[Symbol.asyncDispose]();
});

/** What was answered to each operation: its status, and the code of a problem. */
const seen = new Map<string, Set<string>>();

function note(operation: Described, answer: Exchanged): Exchanged {
  expect(undescribed(operation, answer)).toEqual([]);
  const known = seen.get(operation.operationId) ?? new Set();
  seen.set(operation.operationId, known);
  known.add(answer.status < 400 ? `${answer.status}` : `${answer.status} ${answer.json.code}`);
  return answer;
}

const BODIES: Readonly<Record<string, object>> = {
  proofread: { text: 'அவன் வந்தான்.' },
  critiqueEssay: { essay: 'மழை பெய்தது.' },
  certifyIntegration: { mode: 'quick' },
};
let asked = 0;

interface Changes extends Partial<Request> {
  readonly params?: Readonly<Record<string, string>>;
  readonly at?: ServedFunctions;
  readonly claims?: object;
}

/** A request to an operation: a good one, but for what is changed. */
async function requestTo(operation: Described, changes: Changes = {}): Promise<[URL, Request]> {
  const { operationId, path, method } = operation;
  const { params = {}, at = served, claims = {}, headers, ...more } = changes;
  const body = BODIES[operationId];
  asked += 1;
  const names = { integrationId: `crm-${asked}`, operation_id: idOf('nothing'), ...params };
  const request: Request = {
    method,
    target: path.replaceAll(/\{(\w+)\}/g, (_, name: keyof typeof names) => names[name]),
    headers: {
      ...(await at.bearer({ roles: [...ROLES], ...claims })),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(headers as Record<string, string>),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...more,
  };
  return [at.origins[body === undefined ? 'operations' : 'submit'], request];
}
const ask = async (operation: Described, changes: Changes = {}): Promise<Exchanged> =>
  note(operation, await exchange(...(await requestTo(operation, changes))));

/** Answers while the provider, or the store, does this. */
async function during<T>(
  script: Script,
  methods: Parameters<ServedFunctions['interpose']>[0],
  run: () => Promise<T>,
) {
  served.provider.script = script;
  served.interpose(methods);
  try {
    return await run();
  } finally {
    served.provider.script = nothingFound;
    served.interpose(() => ({}));
  }
}
const failing = (error: unknown) => () => Promise.reject(error);
const nothingStoredWorks =
  (error: Error): Parameters<ServedFunctions['interpose']>[0] =>
  () => ({
    create: failing(error),
    read: failing(error),
    list: failing(error),
    ping: failing(error),
    takeLock: failing(error),
    readLock: failing(error),
  });

/** How each code comes about. An operation that has the code is asked so. */
const CAUSES: Readonly<Partial<Record<ProblemCode, (operation: Described) => Promise<unknown>>>> = {
  'validation-error': (operation) => ask(operation, { headers: { 'X-Large': 'x'.repeat(20_000) } }),
  unauthorized: (operation) => ask(operation, { headers: { Authorization: 'Bearer a.b.c' } }),
  forbidden: (operation) => ask(operation, { claims: { roles: [] } }),
  'not-found': (operation) => ask(operation),
  'malformed-json': (operation) => ask(operation, { body: '{' }),
  'payload-too-large': (operation) => ask(operation, { body: 'x'.repeat(300_000) }),
  'unsupported-media-type': (operation) => ask(operation, { headers: { 'Content-Type': 'text/plain' } }),
  'rate-limited': async (operation) => {
    const changes = { at: scarce, claims: { tenant_id: operation.operationId } };
    await exchange(...(await requestTo(operation, changes)));
    await ask(operation, changes);
  },
  'identity-unavailable': (operation) => ask(operation, { at: keyless }),
  'internal-error': (operation) =>
    during(failing(new TypeError('secret')), nothingStoredWorks(new TypeError('secret')), () =>
      ask(operation),
    ),
  'store-unavailable': (operation) =>
    // With a key, or the answer that was paid for is written again and again.
    during(nothingFound, nothingStoredWorks(new StoreUnavailable('away')), () =>
      ask(operation, { headers: { 'Idempotency-Key': 'unavailable' } }),
    ),
  'idempotency-key-reused': async (operation) => {
    const headers = { 'Idempotency-Key': `reused-${operation.operationId}` };
    await ask(operation, { headers, params: { integrationId: 'one' } });
    const other = { text: 'வேறு', essay: 'வேறு', mode: 'full' };
    const names = Object.keys(BODIES[operation.operationId] ?? {}) as (keyof typeof other)[];
    const body = JSON.stringify(Object.fromEntries(names.map((name) => [name, other[name]])));
    await ask(operation, { headers, body, params: { integrationId: 'one' } });
  },
  'idempotency-in-progress': async (operation) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const waits: Script = async (call) => {
      await promise;
      return nothingFound(call);
    };
    await during(
      waits,
      () => ({}),
      async () => {
        const headers = { 'Idempotency-Key': `in-progress-${operation.operationId}` };
        const calls = served.provider.calls.length;
        const first = ask(operation, { headers });
        await served.provider.called(calls + 1);
        await ask(operation, { headers });
        resolve();
        await first;
        expect((await ask(operation, { headers })).headers['idempotent-replayed']).toBe('true');
      },
    );
  },
  'certification-running': async (operation) => {
    await ask(operation, { params: { integrationId: 'two' } });
    await ask(operation, { params: { integrationId: 'two' } });
  },
  'operation-not-finished': async (operation) => {
    await served.services.store.create(queued('unfinished'));
    await ask(operation, { params: { operation_id: idOf('unfinished') } });
  },
  'operation-already-finished': async (operation) => {
    await served.services.store.create(
      succeeded('finished', { original_text: '', corrected_text: '', issues: [] }),
    );
    await ask(operation, { params: { operation_id: idOf('finished') } });
  },
  ...Object.fromEntries(
    (['provider-config-missing', 'provider-request-rejected', 'provider-error'] as const).map((code) => [
      code,
      (operation: Described) =>
        during(
          failing(new ProviderRejected(code, 'No.')),
          () => ({}),
          async () => {
            const headers = { 'Idempotency-Key': code };
            await ask(operation, { headers });
            await ask(operation, { headers });
          },
        ),
    ]),
  ),
  overloaded: async (operation) => {
    await using server = await serving(() => false);
    const [, request] = await requestTo(operation);
    note(operation, await exchange(server.origin, request));
  },
  'shutting-down': async (operation) => {
    await using server = await serving(() => true);
    const [, request] = await requestTo(operation);
    const held = exchange(server.origin, request);
    await server.reached;
    void server.end(0);
    note(operation, await held);
  },
};

/** A server whose handler never answers. */
async function serving(takes: () => boolean) {
  const server = createServer();
  const { promise: reached, resolve } = Promise.withResolvers<void>();
  const { end } = answerBy(server, async () => resolve(), { limit: { takes } });
  const { port } = await listen(server, 0);
  const origin = new URL(`http://127.0.0.1:${port}`);
  return { origin, end, reached, [Symbol.asyncDispose]: () => closed(server) };
}

/** How the good answers come about. */
const GOOD: Readonly<Record<string, (operation: Described) => Promise<unknown>>> = {
  proofread: submitted,
  critiqueEssay: submitted,
  certifyIntegration: async (operation) => {
    const asked = { headers: { 'Idempotency-Key': 'certified' }, params: { integrationId: 'three' } };
    const { json } = await ask(operation, asked);
    await ask(operationOf('cancelOperation'), { params: json });
    expect((await ask(operation, asked)).json.status).toBe('cancelled');
  },
  getOperation: async (operation) => {
    const { json } = await ask(operationOf('proofread'), { headers: { Prefer: 'respond-async' } });
    await ask(operation, { params: json });
    await ask(operation, { params: { operation_id: json.operation_id.toUpperCase() } });
    const waited = await ask(operation, { params: json, headers: { Prefer: 'wait=0' } });
    expect(waited.headers['preference-applied']).toBe('wait=0');
    for (const of of ['proofread', 'critiqueEssay']) {
      const { json: done } = await ask(operationOf(of));
      const { headers } = await ask(operation, { params: done });
      await ask(operation, { params: done, headers: { 'If-None-Match': String(headers['etag']) } });
      const events = { Accept: 'text/event-stream' };
      const streamed = await ask(operation, { params: done, headers: events });
      const [, id = ''] = /^id: (.+)$/m.exec(streamed.text) ?? [];
      await ask(operation, { params: done, headers: { ...events, 'Last-Event-ID': id } });
    }
  },
  cancelOperation: async (operation) => {
    await served.services.store.create(queued('to-cancel'));
    await ask(operation, { params: { operation_id: idOf('to-cancel') } });
  },
  deleteOperation: async (operation) => {
    await ask(operation, { params: (await ask(operationOf('proofread'))).json });
  },
  listOperations: async (operation) => {
    await ask(operation);
    await ask(operation, { target: '/v1/operations?status=succeeded&endpoint=proofread&page_size=1' });
  },
};

async function submitted(operation: Described): Promise<void> {
  expect((await ask(operation)).status).toBe(200);
  const { status } = await ask(operation, { headers: { Prefer: 'respond-async' } });
  expect(status).toBe(202);
  expect((await ask(operation, { headers: { Prefer: 'wait=5' } })).headers['preference-applied']).toBe(
    'wait=5',
  );
}

describe.each(OPERATIONS)('$method $path', (operation) => {
  it.each(problemCodes(operation))('answers %s %s', async (status, code) => {
    const cause = CAUSES[code as ProblemCode];
    if (cause === undefined) throw new Error(`nothing is known to cause ${code}`);
    await cause(operation);
    expect(seen.get(operation.operationId)).toContain(`${status} ${code}`);
  });

  it('answers well', async () => {
    await (GOOD[operation.operationId] ?? ask)(operation);
    const good = [...(seen.get(operation.operationId) ?? [])].filter((one) => /^[23]\d\d$/.test(one));
    expect(good.sort()).toEqual(goodStatuses(operation));
  });
});
