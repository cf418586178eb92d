import type { JWTPayload } from 'jose';
import { describe, expect, it } from 'vitest';
import { admit, type TenantAccess } from '../../shared/auth/authenticate.ts';
import { principalReader } from '../../shared/auth/principal.ts';
import { TokenRefused } from '../../shared/auth/token-refused.ts';

/** `undefined` for a token that is refused. */
function principalOf(claims: JWTPayload, tenantClaim: string, rolesClaim?: string) {
  try {
    return principalReader({ tenantClaim, rolesClaim })(claims);
  } catch (error) {
    expect(error).toBeInstanceOf(TokenRefused);
    return undefined;
  }
}

describe('the tenant', () => {
  it.each<[string, string, JWTPayload, string | undefined]>([
    ['at a plain claim', 'tenant_id', { tenant_id: 'a' }, 'a'],
    ['at a dotted path', 'app_metadata.tenant.id', { app_metadata: { tenant: { id: 'b' } } }, 'b'],
    [
      'at a namespaced claim',
      'https://gotamil.example/tenant',
      { 'https://gotamil.example/tenant': 'c' },
      'c',
    ],
    ['at a claim whose whole name is dotted', 'a.b', { 'a.b': 'whole', a: { b: 'steps' } }, 'whole'],
    ['at a JSON Pointer', '/app/tenant', { app: { tenant: 'd' } }, 'd'],
    [
      'at a JSON Pointer through a URL',
      '/https:~1~1gotamil.example~1app/tenant',
      { 'https://gotamil.example/app': { tenant: 'e' } },
      'e',
    ],
    ['at a JSON Pointer with a tilde', '/~01/~0', { '~1': { '~': 'f' } }, 'f'],
    ['at a JSON Pointer into a list', '/groups/1', { groups: ['g', 'h'] }, 'h'],
    ['at a JSON Pointer with dots', '/a.b', { 'a.b': 'i', a: { b: 'j' } }, 'i'],
    ['at a JSON Pointer of no name', '/', { '': 'k' }, 'k'],
    ['at a claim that is called as a pointer is', '/a/b', { '/a/b': 'whole' }, undefined],
    ['at a JSON Pointer after the last of a list', '/groups/-', { groups: ['g'] }, undefined],
    ['at a JSON Pointer with a zero before it', '/groups/00', { groups: ['g'] }, undefined],
    ['at a JSON Pointer through a prototype', '/__proto__/x', {}, undefined],
    ['at a path that ends in a list', 'a.length', { a: ['x'] }, undefined],
    ['in any script', 'tenant_id', { tenant_id: 'பள்ளி' }, 'பள்ளி'],
    ['not at all', 'tenant_id', {}, undefined],
    ['at a path that ends early', 'a.b.c', { a: { b: 'x' } }, undefined],
    ['at a path through a string', 'a.length', { a: 'xyz' }, undefined],
    ['at a path through null', 'a.b', { a: null }, undefined],
    ['through a prototype', '__proto__.x', {}, undefined],
    ['at what every object inherits', 'constructor.name', {}, undefined],
    ['at the prototype of a claim', 'a.__proto__.x', { a: {} }, undefined],
    ['at a method', 'toString', {}, undefined],
    ['in a list', 'tenants.0', { tenants: ['d'] }, 'd'],
    ['of the longest kind', 'tenant_id', { tenant_id: 'ப'.repeat(256) }, 'ப'.repeat(256)],
    ['that is longer', 'tenant_id', { tenant_id: 'ப'.repeat(257) }, undefined],
    [
      'that is longer by a half of its last character',
      'tenant_id',
      { tenant_id: `${'a'.repeat(255)}😀` },
      undefined,
    ],
    ['that is empty', 'tenant_id', { tenant_id: '' }, undefined],
    ['that is white space', 'tenant_id', { tenant_id: '\u2003\n' }, undefined],
    ['that is a number', 'tenant_id', { tenant_id: 5 }, undefined],
    ['that is a list', 'tenant_id', { tenant_id: ['a'] }, undefined],
  ])('%s', (_name, path, claims, tenant) => {
    expect(principalOf(claims, path)?.tenant_id).toBe(tenant);
  });

  it('does not come from a polluted prototype', () => {
    const claims = JSON.parse('{"__proto__":{"tenant_id":"evil","x":"evil"}}');
    expect(principalOf(claims, 'tenant_id')).toBeUndefined();
    const inherited = Object.create({ tenant_id: 'evil' });
    expect(principalOf(inherited, 'tenant_id')).toBeUndefined();
    expect(principalOf({ app: inherited }, 'app.tenant_id')).toBeUndefined();
  });
});

it.each<[JWTPayload, string]>([
  [{}, 'is absent'],
  [{ org: { id: 7 } }, 'is no string'],
  [{ org: { id: '  ' } }, 'is empty'],
  [{ org: { id: '\ud800' } }, 'is not well-formed Unicode'],
  [{ org: { id: 'x'.repeat(257) } }, 'is longer than 256 UTF-16 code units'],
])('a token without a usable tenant says so: %j', (claims, fault) => {
  const read = principalReader({ tenantClaim: 'org.id' });
  expect(() => read(claims)).toThrow(
    new TokenRefused(`valid, but no usable tenant: the claim at org.id ${fault}`),
  );
});

describe('roles at a claim that is configured', () => {
  it.each<[string, string, object, readonly string[]]>([
    ['Keycloak', 'realm_access.roles', { realm_access: { roles: ['x', 'tenant_admin'] } }, ['tenant_admin']],
    [
      'Keycloak, of a client',
      '/resource_access/my.app/roles',
      { resource_access: { 'my.app': { roles: ['tenant_viewer'] } } },
      ['tenant_viewer'],
    ],
    [
      'Auth0',
      'https://app.example/roles',
      { 'https://app.example/roles': ['tenant_admin'] },
      ['tenant_admin'],
    ],
    [
      'Auth0, in an object',
      '/https:~1~1app.example~1app/roles',
      { 'https://app.example/app': { roles: 'tenant_admin' } },
      ['tenant_admin'],
    ],
    [
      'Cognito',
      'cognito:groups',
      { 'cognito:groups': ['tenant_admin', 'service_integration'] },
      ['tenant_admin', 'service_integration'],
    ],
  ])('are found as %s has them', (_name, claim, claims, roles) => {
    expect(principalOf({ tenant_id: 'a', ...claims }, 'tenant_id', claim)?.roles).toEqual(roles);
  });

  it('are found nowhere else', () => {
    const claims = { tenant_id: 'a', gotamil_roles: ['tenant_admin'], role: 'tenant_admin' };
    expect(principalOf(claims, 'tenant_id', 'realm_access.roles')?.roles).toEqual([]);
  });
});

describe('roles', () => {
  const roles = (claims: object) => principalOf({ tenant_id: 'a', ...claims }, 'tenant_id')?.roles;
  const PLACES: [string, (value: unknown) => object][] = [
    ['gotamil_roles', (value) => ({ gotamil_roles: value })],
    ['roles', (value) => ({ roles: value })],
    ['role', (value) => ({ role: value })],
    ['app_metadata.gotamil_roles', (value) => ({ app_metadata: { gotamil_roles: value } })],
    ['app_metadata.roles', (value) => ({ app_metadata: { roles: value } })],
  ];

  it.each(PLACES)('are found at %s, as a string or a list', (_name, at) => {
    expect(roles(at('tenant_admin'))).toEqual(['tenant_admin']);
    expect(roles(at(['gotamil_operator', 'tenant_admin']))).toEqual(['tenant_admin', 'gotamil_operator']);
  });

  it('come from the first place that is present', () => {
    const all = (from: number) =>
      Object.assign(
        {},
        ...PLACES.slice(from)
          .reverse()
          .map(([, at], index, { length }) => at(index === length - 1 ? 'tenant_viewer' : 'tenant_admin')),
      );
    for (let from = 0; from < 3; from += 1) expect(roles(all(from))).toEqual(['tenant_viewer']);
    const metadata = { app_metadata: { gotamil_roles: 'tenant_viewer', roles: 'tenant_admin' } };
    expect(roles(metadata)).toEqual(['tenant_viewer']);
  });

  it('come from the next place where one is null', () => {
    expect(roles({ gotamil_roles: null, roles: 'tenant_admin' })).toEqual(['tenant_admin']);
    expect(roles({ roles: null, app_metadata: { roles: ['tenant_viewer'] } })).toEqual(['tenant_viewer']);
    expect(roles({ app_metadata: null, role: null })).toEqual([]);
  });

  it('present without any role of ours give none', () => {
    expect(roles({ gotamil_roles: [], roles: 'tenant_admin' })).toEqual([]);
    expect(roles({ gotamil_roles: 'stranger', roles: 'tenant_admin' })).toEqual([]);
  });

  it.each([
    ['absent', {}],
    ['several in one string', { roles: 'tenant_admin tenant_viewer' }],
    ['in another case', { roles: ['Tenant_Admin'] }],
    ['an object', { roles: { tenant_admin: true } }],
    ['nested lists', { roles: [['tenant_admin']] }],
    ['inherited', JSON.parse('{"__proto__":{"roles":"tenant_admin"}}')],
  ])('%s are none', (_name, claims) => expect(roles(claims)).toEqual([]));
});

describe('access by role', () => {
  const admitWith = (access: TenantAccess, claims: object) =>
    admit(access, ['Bearer token'], {
      tenant: {
        verify: async () => ({ tenant_id: 'a', ...claims }),
        readPrincipal: principalReader({ tenantClaim: 'tenant_id' }),
      },
      taskQueue: undefined,
    });

  it('admits one of the roles, and refuses the others as forbidden', async () => {
    const access = { roles: ['tenant_admin'] as const };
    await expect(admitWith(access, { role: 'tenant_admin' })).resolves.toMatchObject({ tenant_id: 'a' });
    for (const role of ['tenant_viewer', 'service_integration', 'gotamil_operator', undefined])
      await expect(admitWith(access, { role })).rejects.toMatchObject({ code: 'forbidden', status: 403 });
  });

  it('admits every user of a tenant where no role is asked for', async () => {
    await expect(admitWith('tenant', {})).resolves.toEqual({ tenant_id: 'a', roles: [] });
  });
});
