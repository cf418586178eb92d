import type { JWTPayload } from 'jose';

export const ROLES = ['tenant_admin', 'tenant_viewer', 'service_integration', 'gotamil_operator'] as const;
export type Role = (typeof ROLES)[number];

/** The caller: the tenant and the roles that a verified token names. */
export interface Principal {
  readonly tenant_id: string;
  readonly roles: readonly Role[];
}

/** The claims in which identity providers put roles. The first one present counts, even if it names no role of this API. */
const ROLE_CLAIMS = ['gotamil_roles', 'roles', 'role', 'app_metadata.gotamil_roles', 'app_metadata.roles'];

/**
 * The longest tenant id, in UTF-16 code units. Firestore indexes only the first 1,500 bytes of a string
 * (firebase.google.com/docs/firestore/quotas), so two longer ids that begin alike would share their operations.
 */
const LONGEST_TENANT = 256;

/**
 * The tenant at `tenantClaim`; `undefined` if the claim is absent, empty, only white space, longer than 256 UTF-16 code
 * units, or not a string.
 */
export function principalOf(claims: JWTPayload, tenantClaim: string): Principal | undefined {
  const tenant = claimAt(claims, tenantClaim);
  if (typeof tenant !== 'string' || tenant.trim() === '' || !tenant.isWellFormed()) return undefined;
  if (tenant.length > LONGEST_TENANT) return undefined;
  return { tenant_id: tenant, roles: rolesOf(claims) };
}

function rolesOf(claims: JWTPayload): Role[] {
  const present = ROLE_CLAIMS.map((path) => claimAt(claims, path)).find(
    (value) => value !== undefined && value !== null,
  );
  const names: unknown[] = Array.isArray(present) ? present : [present];
  return ROLES.filter((role) => names.includes(role));
}

/**
 * The claim at a dotted path. A claim whose whole name equals the path wins, because namespaced claims are URLs with dots.
 * Only own properties count, so that no path reaches a prototype.
 */
function claimAt(claims: object, path: string): unknown {
  if (Object.hasOwn(claims, path)) return (claims as Record<string, unknown>)[path];
  let value: unknown = claims;
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}
