import { Problem } from '../errors.ts';
import { KeysUnavailable } from './issuer-keys.ts';
import { type Principal, principalOf, type Role } from './principal.ts';
import { TokenRefused, type TokenVerifier } from './verifier.ts';

/** Any user of a tenant, or only those with one of these roles. */
export type TenantAccess = 'tenant' | { readonly roles: readonly Role[] };

/** Who may call a route: anyone, the task queue, or a tenant's users. */
export type Access = 'public' | 'task-queue' | TenantAccess;

export interface Authenticators {
  readonly tenant: { readonly verify: TokenVerifier; readonly tenantClaim: string };
  /** Only a token of this service account may deliver tasks. Absent: nobody may. */
  readonly taskQueue: { readonly verify: TokenVerifier; readonly email: string } | undefined;
}

/** The one answer to every unacceptable token, so that an attacker does not learn which check failed. */
const unauthorized = (cause?: unknown) =>
  new Problem(
    'unauthorized',
    'Send a valid token of your identity provider as Authorization: Bearer <token>.',
    {
      headers: { 'WWW-Authenticate': 'Bearer' },
      cause,
    },
  );

/** Not 401: that would send clients to log in again, though nothing is wrong with their tokens. */
const identityUnavailable = (cause: KeysUnavailable) =>
  new Problem(
    'identity-unavailable',
    'The keys of the identity provider cannot be had at present. Send the request again.',
    {
      headers: { 'Retry-After': String(Math.max(1, Math.ceil(cause.retryAfterMs / 1000))) },
      cause,
    },
  );

/**
 * Admits a request by the route's access rule. Resolves to the tenant's user, or to `undefined` if the rule needs none.
 * @throws {Problem} `unauthorized`, `forbidden`, `identity-unavailable`
 */
export async function admit(
  access: Access,
  authorization: readonly string[],
  { tenant, taskQueue }: Authenticators,
): Promise<Principal | undefined> {
  if (access === 'public') return undefined;
  const token = bearerToken(authorization);
  if (access === 'task-queue') {
    if (taskQueue === undefined) throw unauthorized();
    const claims = await verified(taskQueue.verify, token);
    if (claims['email'] !== taskQueue.email || claims['email_verified'] !== true) throw unauthorized();
    return undefined;
  }
  const principal = principalOf(await verified(tenant.verify, token), tenant.tenantClaim);
  if (principal === undefined) throw unauthorized();
  if (access !== 'tenant' && !access.roles.some((role) => principal.roles.includes(role))) {
    throw new Problem('forbidden', `This needs one of the roles: ${access.roles.join(', ')}.`);
  }
  return principal;
}

/** RFC 6750, section 2.1. Two headers count as none: another hop may have checked a different one. */
function bearerToken(authorization: readonly string[]): string {
  const [value, ...more] = authorization;
  const token =
    more.length > 0 ? undefined : /^Bearer +(?<token>[\w\-.~+/]+=*)$/i.exec(value ?? '')?.groups?.['token'];
  if (token === undefined) throw unauthorized();
  return token;
}

async function verified(verify: TokenVerifier, token: string) {
  try {
    return await verify(token);
  } catch (error) {
    if (error instanceof TokenRefused) throw unauthorized(error);
    throw error instanceof KeysUnavailable ? identityUnavailable(error) : error;
  }
}
