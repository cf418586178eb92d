import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { admit } from '../../shared/auth/authenticate.ts';
import { principalReader } from '../../shared/auth/principal.ts';
import { createTokenVerifier } from '../../shared/auth/verifier.ts';
import { exchange, expectSound } from '../support/exchange.ts';
import {
  QUEUE_EMAIL,
  QUEUE_ISSUER,
  type ServedFunctions,
  serveFunctions,
  WORKER_AUDIENCE,
} from '../support/served-functions.ts';
import { createTestIssuer, ISSUER, type TestIssuer } from '../support/test-issuer.ts';

const readPrincipal = principalReader({ tenantClaim: 'tenant_id' });
let served: ServedFunctions;
beforeAll(async () => {
  served = await serveFunctions();
});
afterAll(() => served[Symbol.asyncDispose]());

describe('the admission of the task queue', () => {
  const run = (headers: Record<string, string>, target = '/tasks/run') =>
    exchange(served.origins.worker, {
      target,
      body: JSON.stringify({ operation_id: 'x' }),
      headers: { 'Content-Type': 'application/json', ...headers },
    });
  const queueToken = async (changes: object) => {
    const keyed = await serveKeyed();
    return keyed.sign({
      iss: QUEUE_ISSUER,
      aud: WORKER_AUDIENCE,
      email: QUEUE_EMAIL,
      email_verified: true,
      tenant_id: undefined,
      ...changes,
    });
  };
  /** The worker of these tests trusts keys that the tests hold, so that near misses can be signed. */
  let keyed: { issuer: TestIssuer; verify: ReturnType<typeof createTokenVerifier> } | undefined;
  const serveKeyed = async () => {
    if (keyed === undefined) {
      const own = await createTestIssuer();
      const jwks = { keys: own.jwks.keys.map((key) => ({ ...key })) };
      const oidc = {
        issuer: QUEUE_ISSUER,
        audience: WORKER_AUDIENCE,
        keys: { kind: 'inline' as const, jwks },
      };
      keyed = { issuer: own, verify: createTokenVerifier(oidc) };
    }
    return keyed.issuer;
  };

  it('lets in the queue’s service account', async () => {
    const { Authorization } = await served.queueBearer();
    expect((await run({ Authorization })).status).toBe(200);
    expect((await run({ Authorization }, '/tasks/sweep')).status).toBe(200);
  });

  it.each([
    ['nobody', async () => ({})],
    [
      'Cloud Tasks’ headers alone',
      async () => ({
        'X-CloudTasks-QueueName': 'q',
        'X-CloudTasks-TaskName': 't',
        'X-CloudTasks-TaskRetryCount': '0',
        'User-Agent': 'Google-Cloud-Tasks',
      }),
    ],
    ['a tenant', () => served.bearer()],
    ['a tenant’s administrator', () => served.bearer({ roles: ['tenant_admin', 'gotamil_operator'] })],
    [
      'a tenant who claims the queue’s email',
      () => served.bearer({ email: QUEUE_EMAIL, email_verified: true, aud: WORKER_AUDIENCE }),
    ],
    [
      'another service account',
      async () => ({
        Authorization: `Bearer ${await served.queueIdentity.sign(WORKER_AUDIENCE, 'other@project.iam')}`,
      }),
    ],
    [
      'a token for another audience',
      async () => ({ Authorization: `Bearer ${await served.queueIdentity.sign('https://other.example')}` }),
    ],
  ])('keeps out %s', async (_name, headers) => {
    for (const target of ['/tasks/run', '/tasks/sweep']) {
      const answer = await run((await headers()) as Record<string, string>, target);
      expectSound(answer);
      expect(answer.status).toBe(401);
    }
  });

  it.each([
    ['all is as it should be', {}, true],
    ['the email is not verified', { email_verified: false }, false],
    ['the email is verified in words', { email_verified: 'true' }, false],
    ['it says nothing of the email’s verification', { email_verified: undefined }, false],
    ['the email differs in case', { email: QUEUE_EMAIL.toUpperCase() }, false],
    ['there is no email', { email: undefined }, false],
    ['the email is a list', { email: [QUEUE_EMAIL] }, false],
    ['the issuer is another', { iss: ISSUER }, false],
    ['the audience has a path', { aud: `${WORKER_AUDIENCE}/tasks/run` }, false],
    ['it has expired', { exp: Math.floor(Date.now() / 1000) - 10 }, false],
  ])('decides where %s', async (_name, changes, admitted) => {
    const token = await queueToken(changes);
    const verify = keyed?.verify;
    if (verify === undefined) throw new Error('no keys');
    const authenticators = {
      tenant: { verify, readPrincipal },
      taskQueue: { verify, email: QUEUE_EMAIL },
    };
    const admission = admit('task-queue', [`Bearer ${token}`], authenticators);
    if (admitted) await expect(admission).resolves.toBeUndefined();
    else await expect(admission).rejects.toMatchObject({ code: 'unauthorized' });
  });

  it('lets nobody in where no queue is configured', async () => {
    const verify = async () => ({ email: QUEUE_EMAIL, email_verified: true });
    const authenticators = { tenant: { verify, readPrincipal }, taskQueue: undefined };
    await expect(admit('task-queue', ['Bearer x'], authenticators)).rejects.toMatchObject({
      code: 'unauthorized',
    });
  });
});
