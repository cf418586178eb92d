import { handlerOf, TARGETS, type Target } from '../../functions/serve.ts';
import { createLocalIdentity, type LocalIdentity } from '../../local/cloud-tasks/identity.ts';
import type { Authenticators } from '../../shared/auth/authenticate.ts';
import type { OidcConfig } from '../../shared/auth/oidc.ts';
import { type ClaimNames, principalReader } from '../../shared/auth/principal.ts';
import { createTokenVerifier } from '../../shared/auth/verifier.ts';
import type { Config } from '../../shared/config.ts';
import { createCors } from '../../shared/http/cors.ts';
import { type ConcurrentQuota, createConcurrentQuota } from '../../shared/quota/concurrent.ts';
import { type ServedFunction, serveFunction } from './serve-function.ts';
import { openServices, type ServiceFixture } from './service-fixture.ts';
import { AUDIENCE, createTestIssuer, ISSUER, type TestIssuer } from './test-issuer.ts';

export const WORKER_AUDIENCE = 'https://worker.example';
export const QUEUE_EMAIL = 'tasks@project.iam.gserviceaccount.com';
export const QUEUE_ISSUER = 'https://accounts.example';

/** The three functions, each on a server of its own, over a real store. */
export interface ServedFunctions extends ServiceFixture {
  readonly origins: Readonly<Record<Target, URL>>;
  readonly concurrent: ConcurrentQuota;
  readonly issuer: TestIssuer;
  readonly queueIdentity: LocalIdentity;
  /** A header that is admitted to tenants' routes. */
  bearer(claims?: Parameters<TestIssuer['sign']>[0]): Promise<{ Authorization: string }>;
  /** A header that is admitted to the worker. */
  queueBearer(): Promise<{ Authorization: string }>;
}

export async function serveFunctions(
  options: {
    readonly limits?: Parameters<typeof openServices>[0];
    readonly quota?: Parameters<typeof openServices>[1];
    /** That a tenant may have under way. */
    readonly concurrentRequests?: number;
    /** Of those, streams. */
    readonly streams?: number;
    readonly keys?: OidcConfig['keys'];
    readonly audience?: OidcConfig['audience'];
    readonly claims?: ClaimNames;
    readonly clockToleranceS?: number;
    readonly corsOrigins?: Config['corsOrigins'];
  } = {},
): Promise<ServedFunctions> {
  const fixture = openServices(options.limits, options.quota);
  const issuer = await createTestIssuer();
  const queueIdentity = await createLocalIdentity({ issuer: QUEUE_ISSUER, email: QUEUE_EMAIL });
  const inline = ({ keys }: { keys: readonly object[] }): OidcConfig['keys'] => ({
    kind: 'inline',
    jwks: { keys: keys.map((key) => ({ ...key })) },
  });
  const authenticators: Authenticators = {
    tenant: {
      verify: createTokenVerifier({
        issuer: ISSUER,
        audience: options.audience ?? AUDIENCE,
        keys: options.keys ?? inline(issuer.jwks),
        ...(options.clockToleranceS !== undefined && { clockToleranceS: options.clockToleranceS }),
      }),
      readPrincipal: principalReader(options.claims ?? { tenantClaim: 'tenant_id' }),
    },
    taskQueue: {
      verify: createTokenVerifier({
        issuer: QUEUE_ISSUER,
        audience: WORKER_AUDIENCE,
        keys: inline(queueIdentity.jwks),
      }),
      email: QUEUE_EMAIL,
    },
  };
  const runtime = {
    services: fixture.services,
    kinds: fixture.kinds,
    authenticators,
    cors: createCors(options.corsOrigins ?? '*'),
    log: fixture.services.log,
    project: undefined,
    purge: undefined,
    close: async () => undefined,
  };
  const { concurrentRequests = Number.POSITIVE_INFINITY, streams = concurrentRequests } = options;
  const concurrent = createConcurrentQuota(concurrentRequests, () => false);
  const ofStreams = createConcurrentQuota(streams, () => false);
  const served: ServedFunction[] = [];
  const origins: Partial<Record<Target, URL>> = {};
  for (const target of TARGETS) {
    const ending = new AbortController();
    const limits = { concurrent, streams: ofStreams };
    const handler = await handlerOf(target, runtime, { ...limits, ending: ending.signal });
    const one = await serveFunction(handler, { ending, ...(runtime.cors && { cors: runtime.cors }) });
    served.push(one);
    origins[target] = one.origin;
  }
  return {
    ...fixture,
    concurrent,
    origins: origins as Record<Target, URL>,
    issuer,
    queueIdentity,
    bearer: async (claims) => ({ Authorization: `Bearer ${await issuer.sign(claims)}` }),
    queueBearer: async () => ({ Authorization: `Bearer ${await queueIdentity.sign(WORKER_AUDIENCE)}` }),
    async [Symbol.asyncDispose]() {
      for (const one of served) await one.close();
      await fixture[Symbol.asyncDispose]();
    },
  };
}
