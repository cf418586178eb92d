import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LocalService, startService } from '../../local/start/service.ts';
import { parseConfig } from '../../shared/config.ts';
import { exchange, type Request } from '../support/exchange.ts';
import { type Described, isDescribed, OPERATIONS, undescribed } from './described.ts';
import { spoilt, valuesOf } from './schema-arbitrary.ts';

/** More, and others: `OPENAPI_CALLS=5000 OPENAPI_SEED=7 npx vitest run test/openapi`. */
const CALLS = Number(process.env['OPENAPI_CALLS'] ?? 200);
const SEED = Number(process.env['OPENAPI_SEED'] ?? 1);

const directory = mkdtempSync(join(tmpdir(), 'calls-'));
let service: LocalService;
let token: string;
beforeAll(async () => {
  const SQLITE_PATH = join(directory, 'operations.db');
  const env = {
    PORT: '0',
    SQLITE_PATH,
    PROVIDER: 'rules',
    LOG_LEVEL: 'silent',
    TENANT_REQUESTS_PER_MINUTE: '1000000',
  };
  service = await startService(parseConfig(env, 'all'));
  token = (await service.issuer?.issue({ tenant_id: 'school-1', roles: ['tenant_admin'] })) ?? '';
});
afterAll(async () => {
  await service.close();
  rmSync(directory, { recursive: true });
});

interface Parameter {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
  readonly required?: boolean;
  readonly schema: object;
}

interface Call {
  readonly operation: Described;
  readonly parameters: readonly { readonly parameter: Parameter; readonly value: unknown }[];
  readonly body: unknown;
}

/** Ids of operations that earlier calls made. */
const made: string[] = [];

const parametersOf = ({ parameters = [], pathParameters }: Described): Parameter[] =>
  [...pathParameters, ...parameters] as Parameter[];
const bodySchema = ({ requestBody }: Described) => requestBody?.content['application/json']?.schema;

/** Every client takes these out of a path (RFC 3986, section 5.2.4). */
const isDots = (value: unknown) => value === '.' || value === '..';

const calls: fc.Arbitrary<Call> = fc.constantFrom(...OPERATIONS).chain((operation) => {
  const schema = bodySchema(operation);
  const body = schema === undefined ? fc.constant(undefined) : fc.oneof(valuesOf(schema), spoilt(schema));
  const values = parametersOf(operation).map((parameter) =>
    fc
      .oneof(
        { weight: 6, arbitrary: valuesOf(parameter.schema) },
        { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 20, unit: 'binary-ascii' }) },
        { weight: parameter.required === true ? 0 : 6, arbitrary: fc.constant(undefined) },
      )
      .filter((value) => parameter.in !== 'path' || !isDots(value))
      .map((value) => ({ parameter, value })),
  );
  return fc.record({ operation: fc.constant(operation), parameters: fc.tuple(...values), body });
});

const NO_HEADER = /[^\t\x20-\x7e]/;

function requestOf({ operation, parameters, body }: Call, known: string | undefined): Request {
  const given = parameters.filter(({ value }) => value !== undefined);
  const of = (place: Parameter['in']): [string, string][] =>
    given.flatMap(({ parameter, value }) =>
      parameter.in === place ? [[parameter.name, String(value)] as const] : [],
    );
  const names = new Map(of('path'));
  const query = new URLSearchParams(of('query'));
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(name === 'operation_id' && known !== undefined ? known : (names.get(name) ?? '')),
  );
  return {
    method: operation.method,
    target: query.size === 0 ? path : `${path}?${query}`,
    headers: [
      ...of('header').filter(([, value]) => !NO_HEADER.test(value)),
      ...(operation.security === undefined ? [['Authorization', `Bearer ${token}`] as const] : []),
      ...(body === undefined ? [] : [['Content-Type', 'application/json'] as const]),
    ],
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
}

/** What the document's schemas cannot say of a text. */
const isText = (body: unknown): boolean => {
  const { text, essay } = body as { text?: string; essay?: string };
  const limit = text === undefined ? 20_000 : 10_000;
  const one = text ?? essay ?? 'அ';
  return one.length <= limit && one.isWellFormed() && one.trim() !== '';
};

/** Whether the document allows the call; `undefined` where only the service can know. */
function isValid({ operation, parameters, body }: Call): boolean | undefined {
  const schema = bodySchema(operation);
  if (schema !== undefined && !(isDescribed(schema, body) && isText(body))) return false;
  const given = parameters.filter(({ value }) => value !== undefined);
  if (given.some(({ parameter }) => parameter.name === 'page_token')) return undefined;
  return given.every(
    ({ parameter: { in: place, name, schema: one }, value }) =>
      // Any other than a good one counts as none, or as nobody's.
      ['X-Request-Id', 'Prefer', 'operation_id'].includes(name) ||
      (place === 'header' && NO_HEADER.test(String(value))) ||
      isDescribed(one, place === 'query' && /^\d+$/.test(String(value)) ? Number(value) : value),
  );
}

it(
  `calls made from the document get answers that are in it: ${CALLS} of seed ${SEED}`,
  async () => {
    const counts = new Map<string, number>();
    let sent = 0;
    await fc.assert(
      fc.asyncProperty(calls, async (call) => {
        sent += 1;
        const request = requestOf(call, sent % 2 === 0 ? made[sent % Math.max(1, made.length)] : undefined);
        const answer = await exchange(service.url, request);
        if (answer.json?.operation_id !== undefined) made.push(answer.json.operation_id);
        const { operation } = call;
        const told = `${JSON.stringify(request).replace(token, '…').slice(0, 1500)}\n${answer.text.slice(0, 500)}`;
        expect(undescribed(operation, answer), told).toEqual([]);
        const valid = isValid(call);
        if (valid !== undefined) expect(answer.status !== 400, told).toBe(valid);
        const key = `${operation.operationId} ${answer.status}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }),
      { numRuns: CALLS, seed: SEED, endOnFailure: true },
    );
    // Or the generator makes only what is refused.
    for (const { operationId } of OPERATIONS)
      expect(
        [...counts.keys()].some((key) => new RegExp(`^${operationId} 2`).test(key)),
        operationId,
      ).toBe(true);
  },
  Math.max(180_000, CALLS * 50),
);
