import type { JWTPayload } from 'jose';
import { claimReader } from './claims.ts';
import { TokenRefused } from './token-refused.ts';

export const ROLES = ['tenant_admin', 'tenant_viewer', 'service_integration', 'gotamil_operator'] as const;
export type Role = (typeof ROLES)[number];

/** The caller: the tenant and the roles that a verified token names. */
export interface Principal {
  readonly tenant_id: string;
  readonly roles: readonly Role[];
}

/** Where a token names its tenant and roles, as `claimReader` takes it. */
export interface ClaimNames {
  readonly tenantClaim: string;
  /** Absent: the first of the usual places. */
  readonly rolesClaim?: string | undefined;
}

/**
 * Reads the caller from a verified token's claims.
 * @throws {TokenRefused} the token names no usable tenant
 */
export type ReadPrincipal = (claims: JWTPayload) => Principal;

/** Where identity providers put roles. The first claim present counts, even if it names no role of this API. */
const ROLE_CLAIMS = ['gotamil_roles', 'roles', 'role', 'app_metadata.gotamil_roles', 'app_metadata.roles'];

/**
 * The longest tenant id, in UTF-16 code units. Firestore indexes only the first 1,500 bytes of a string
 * (firebase.google.com/docs/firestore/quotas), so two longer ids that begin alike would share their operations.
 */
const LONGEST_TENANT = 256;

export function principalReader({ tenantClaim, rolesClaim }: ClaimNames): ReadPrincipal {
  const readTenant = claimReader(tenantClaim);
  const readRoles = (rolesClaim === undefined ? ROLE_CLAIMS : [rolesClaim]).map(claimReader);
  return (claims) => {
    const tenant = readTenant(claims);
    const fault = faultOf(tenant);
    if (fault !== undefined || typeof tenant !== 'string')
      throw new TokenRefused(`valid, but no usable tenant: the claim at ${tenantClaim} ${fault}`);
    const found = readRoles
      .map((read) => read(claims))
      .find((value) => value !== undefined && value !== null);
    const names: unknown[] = Array.isArray(found) ? found : [found];
    return { tenant_id: tenant, roles: ROLES.filter((role) => names.includes(role)) };
  };
}

function faultOf(tenant: unknown): string | undefined {
  if (tenant === undefined) return 'is absent';
  if (typeof tenant !== 'string') return 'is no string';
  if (tenant.trim() === '') return 'is empty';
  if (!tenant.isWellFormed()) return 'is not well-formed Unicode';
  return tenant.length > LONGEST_TENANT ? `is longer than ${LONGEST_TENANT} UTF-16 code units` : undefined;
}
