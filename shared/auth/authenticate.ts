import { Problem } from '../errors.ts';
import { KeysUnavailable } from './issuer-keys.ts';
import type { Principal, ReadPrincipal, Role } from './principal.ts';
import { TokenRefused } from './token-refused.ts';
import type { TokenVerifier } from './verifier.ts';

/** Any user of a tenant, or only those with one of these roles. */
export type TenantAccess = 'tenant' | { readonly roles: readonly Role[] };

/** Who may call a route: anyone, the task queue, or a tenant's users. */
export type Access = 'public' | 'task-queue' | TenantAccess;

export interface Authenticators {
  readonly tenant: { readonly verify: TokenVerifier; readonly readPrincipal: ReadPrincipal };
  /** Only a token of this service account may deliver tasks. Absent: nobody may. */
  readonly taskQueue: { readonly verify: TokenVerifier; readonly email: string } | undefined;
}

/** The one answer to every unacceptable token, so that an attacker does not learn which check failed. */
const unauthorized = (cause: TokenRefused) =>
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
 * @throws {Problem} `unauthorized` with the reason as its cause, `forbidden`, `identity-unavailable`
 */
export async function admit(
  access: Access,
  authorization: readonly string[],
  authenticators: Authenticators,
): Promise<Principal | undefined> {
  if (access === 'public') return undefined;
  try {
    const token = bearerToken(authorization);
    if (access !== 'task-queue') return await tenantUser(access, token, authenticators.tenant);
    await refuseOtherThanQueue(token, authenticators.taskQueue);
    return undefined;
  } catch (error) {
    if (error instanceof TokenRefused) throw unauthorized(error);
    throw error instanceof KeysUnavailable ? identityUnavailable(error) : error;
  }
}

async function tenantUser(
  access: TenantAccess,
  token: string,
  { verify, readPrincipal }: Authenticators['tenant'],
): Promise<Principal> {
  const principal = readPrincipal(await verify(token));
  if (access !== 'tenant' && !access.roles.some((role) => principal.roles.includes(role))) {
    throw new Problem('forbidden', `This needs one of the roles: ${access.roles.join(', ')}.`);
  }
  return principal;
}

async function refuseOtherThanQueue(token: string, taskQueue: Authenticators['taskQueue']): Promise<void> {
  if (taskQueue === undefined) throw new TokenRefused('no task queue is configured');
  const { email, email_verified } = await taskQueue.verify(token);
  if (email !== taskQueue.email || email_verified !== true)
    throw new TokenRefused('valid, but not of the service account that delivers tasks');
}

/** RFC 6750, section 2.1. Two headers count as none: another hop may have checked a different one. */
function bearerToken(authorization: readonly string[]): string {
  const [value, ...more] = authorization;
  if (value === undefined) throw new TokenRefused('no Authorization header');
  if (more.length > 0) throw new TokenRefused('more than one Authorization header');
  const token = /^Bearer +(?<token>[\w\-.~+/]+=*)$/i.exec(value)?.groups?.['token'];
  if (token === undefined) throw new TokenRefused('no bearer token in the Authorization header');
  return token;
}
