import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Exchanged } from '../support/exchange.ts';

interface Reference {
  readonly $ref: string;
}
interface Response {
  readonly headers: Readonly<Record<string, Reference>>;
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}
export interface Operation {
  readonly operationId: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly object[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
  readonly responses: Readonly<Record<string, Response | Reference>>;
}
type PathItem = Readonly<Record<'get' | 'post' | 'delete', Operation | undefined>> & {
  readonly parameters?: readonly object[];
};

export const DOCUMENT: {
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, object>>>>;
} = JSON.parse(readFileSync('docs/openapi.json', 'utf8'));

export const METHODS = ['get', 'post', 'delete'] as const;

/** Every operation, with its method and path. */
export const OPERATIONS = Object.entries(DOCUMENT.paths).flatMap(([path, item]) =>
  METHODS.flatMap((method) => {
    const operation = item[method];
    return operation === undefined
      ? []
      : [{ path, method: method.toUpperCase(), pathParameters: item.parameters ?? [], ...operation }];
  }),
);
export type Described = (typeof OPERATIONS)[number];

export function operationOf(operationId: string): Described {
  const found = OPERATIONS.find((one) => one.operationId === operationId);
  if (found === undefined) throw new Error(`no operation ${operationId} in the document`);
  return found;
}

/** Formats of RFC 9562 and RFC 3339, the latter as the contract has it. */
const FORMATS = {
  uuid: /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/,
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
};

/** A client must bear more fields than it knows, but no test may meet one that is not described. */
function closed(value: unknown, withinAllOf = false): unknown {
  if (Array.isArray(value)) return value.map((one) => closed(one, withinAllOf));
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, closed(one, name === 'allOf')]),
  );
  const isObject = 'properties' in copy && copy['type'] === 'object' && !withinAllOf;
  return isObject && !('additionalProperties' in copy) ? { ...copy, additionalProperties: false } : copy;
}

const ajv = new Ajv2020({ strict: false, allErrors: true, formats: FORMATS });
const { examples: _, ...components } = DOCUMENT.components;
ajv.addSchema({ $id: 'document', components: closed(components) as object });

const compiled = new Map<object, ValidateFunction>();
function validatorOf(schema: object): ValidateFunction {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const local = JSON.parse(JSON.stringify(closed(schema)).replaceAll('"#/', '"document#/'));
  const validate = ajv.compile(local);
  compiled.set(schema, validate);
  return validate;
}

/** Whether a value is as the schema says. */
export const isDescribed = (schema: object, value: unknown): boolean => validatorOf(schema)(value);

export const resolve = <T>(value: T | Reference): T => {
  if (typeof value !== 'object' || value === null || !('$ref' in value)) return value as T;
  const [, section = '', name = ''] = /^#\/components\/(\w+)\/(.+)$/.exec(value.$ref) ?? [];
  return DOCUMENT.components[section]?.[name] as T;
};

/** The codes that an operation's problems may have, by status. */
export function problemCodes({ responses }: Described): (readonly [status: string, code: string])[] {
  return Object.entries(responses).flatMap(([status, response]) => {
    const schema = resolve(response).content?.['application/problem+json']?.schema;
    const [, own] = (schema as { allOf?: { properties: { code: { enum: string[] } } }[] })?.allOf ?? [];
    return own === undefined ? [] : own.properties.code.enum.map((code) => [status, code] as const);
  });
}

export const goodStatuses = ({ responses }: Described): string[] =>
  Object.keys(responses).filter((status) => Number(status) < 400);

/** Headers of this API. Others belong to HTTP, and need no description. */
const OWN_HEADERS = [
  'x-request-id',
  'retry-after',
  'location',
  'etag',
  'preference-applied',
  'idempotent-replayed',
  'www-authenticate',
  'x-should-retry',
];

/** What of an answer the document does not say. Empty if it says all of it. */
export function undescribed(operation: Described, answer: Exchanged): string[] {
  const { status, headers, text, json } = answer;
  const given = operation.responses[String(status)];
  if (given === undefined) return [`status ${status}: ${text}`];
  const response = resolve(given);
  const faults: string[] = [];
  const described = new Map(
    Object.entries(response.headers).map(([name, header]) => [
      name.toLowerCase(),
      resolve<object>(header) as { required?: boolean; schema: object },
    ]),
  );
  for (const [name, { required, schema }] of described) {
    const value = headers[name];
    if (value === undefined) {
      if (required === true) faults.push(`${status} without ${name}`);
      continue;
    }
    const isNumber = (schema as { type: string }).type === 'integer';
    const validate = validatorOf(schema);
    if (!validate(isNumber ? Number(value) : value)) faults.push(`${name}: ${value}`);
  }
  for (const name of OWN_HEADERS)
    if (headers[name] !== undefined && !described.has(name)) faults.push(`${status} with ${name}`);
  const type = headers['content-type']?.split(';', 1)[0] ?? '';
  const schema = response.content?.[type]?.schema;
  if (schema === undefined) {
    if (response.content !== undefined || text !== '') faults.push(`${status} as ${type}`);
    return faults;
  }
  const validate = validatorOf(schema);
  if (!validate(type.endsWith('json') ? json : text))
    faults.push(`${status}: ${ajv.errorsText(validate.errors)}: ${text.slice(0, 300)}`);
  return faults;
}
