import type { JWTPayload } from 'jose';

export const ROLES = ['tenant_admin', 'tenant_viewer', 'service_integration', 'gotamil_operator'] as const;
export type Role = (typeof ROLES)[number];

/** Who calls: the tenant a verified token speaks for, and the roles it gives. */
export interface Principal {
  readonly tenant_id: string;
  readonly roles: readonly Role[];
}

/** Where identity providers put roles; the first claim that is present counts, even if it names no role of ours. */
const ROLE_CLAIMS = ['gotamil_roles', 'roles', 'role', 'app_metadata.gotamil_roles', 'app_metadata.roles'];

/**
 * The longest id of a tenant, UTF-16 code units. Firestore indexes the first 1,500 bytes of a string and no more
 * (firebase.google.com/docs/firestore/quotas): of two longer ids that begin alike one would find the other's operations.
 */
const LONGEST_TENANT = 256;

/**
 * The tenant at `tenantClaim`, or `undefined` where there is none: absent, empty, white space, longer than 256 UTF-16
 * code units, or not a string.
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
 * The claim at a dotted path. A claim whose whole name is the path wins: namespaced claims are URLs, with dots.
 * Own properties only, so that no path reaches a prototype.
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
