import type { JWTPayload } from 'jose';
import { describe, expect, it } from 'vitest';
import { admit, type TenantAccess } from '../../shared/auth/authenticate.ts';
import { principalOf } from '../../shared/auth/principal.ts';

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
      tenant: { verify: async () => ({ tenant_id: 'a', ...claims }), tenantClaim: 'tenant_id' },
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
