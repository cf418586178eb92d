import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { handlerOf } from '../../../functions/serve.ts';
import { createLocalIdentity } from '../../../local/cloud-tasks/identity.ts';
import { startCloudTasksStandIn } from '../../../local/cloud-tasks/stand-in.ts';
import { freePort } from '../../../local/emulated/free-port.ts';
import { accessOf, type ServiceAccess, startFrontEnd } from '../../../local/emulated/front-end.ts';
import { createLocalScheduler } from '../../../local/emulated/scheduler.ts';
import { listen } from '../../../local/start/listen.ts';
import { readSettings } from '../../../scripts/deploy/settings.ts';
import type { OidcConfig } from '../../../shared/auth/oidc.ts';
import { principalReader } from '../../../shared/auth/principal.ts';
import { createTokenVerifier } from '../../../shared/auth/verifier.ts';
import { createCors } from '../../../shared/http/cors.ts';
import { answerBy } from '../../../shared/http/server.ts';
import { createLog } from '../../../shared/log.ts';
import { createCloudTasksQueue } from '../../../shared/queue/cloud-tasks/queue.ts';
import { openServices } from '../../support/service-fixture.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one();
});

const PLACE = { project: 'p', location: 'l', queue: 'q' };
const EMAIL = 'tasks@p.iam.gserviceaccount.com';

/** The real worker as its service is set, with the queue and the schedule that call it. */
async function deploy(access: ServiceAccess) {
  const fixture = openServices();
  undo.push(() => fixture[Symbol.asyncDispose]());
  const identity = await createLocalIdentity({ issuer: 'https://accounts.google.com', email: EMAIL });
  const port = await freePort();
  const container = new URL(`http://127.0.0.1:${port}`);
  const frontEnd = await startFrontEnd({ access, container, invoker: identity });
  undo.push(() => frontEnd.close());
  const tasks = await startCloudTasksStandIn({
    ...PLACE,
    queue: {
      name: PLACE.queue,
      maxConcurrentDispatches: 1,
      minBackoffMs: 1,
      maxBackoffMs: 1,
      maxAttempts: 2,
    },
    identity,
    intercept: frontEnd.fromInside,
  });
  undo.push(() => tasks.close());

  const logged: Record<string, unknown>[] = [];
  const log = createLog(
    { level: 'info', service: 'worker' },
    { write: (line) => void logged.push(JSON.parse(line)) },
  );
  const keys: OidcConfig['keys'] = { kind: 'remote', uri: tasks.jwksUri };
  const verify = createTokenVerifier({ issuer: identity.issuer, audience: frontEnd.url, keys }, log);
  const handler = await handlerOf('worker', {
    ...fixture,
    services: { ...fixture.services, log },
    authenticators: {
      tenant: { verify, readPrincipal: principalReader({ tenantClaim: 'tenant_id' }) },
      taskQueue: { verify, email: EMAIL },
    },
    cors: createCors('*'),
    purge: undefined,
    close: async () => undefined,
  });
  const server = createServer();
  const { end } = answerBy(server, handler);
  await listen(server, port);
  undo.push(() => end(0));

  const scheduler = createLocalScheduler({
    deliverTo: () => frontEnd.url,
    sign: identity.sign,
    everyMs: 3_600_000,
    intercept: frontEnd.fromInside,
  });
  undo.push(() => scheduler.close());
  const queue = createCloudTasksQueue({
    ...PLACE,
    serviceAccount: EMAIL,
    workerUrl: frontEnd.url,
    dispatchDeadlineMs: 15_000,
    emulatorHost: tasks.host,
    budgetMs: 60_000,
  });
  undo.push(() => queue.close());
  const statuses = () =>
    logged.filter(({ route }) => route === '/tasks/run').map(({ status }) => status as number);
  return {
    url: frontEnd.url,
    identity,
    logged,
    /** The statuses that the worker answered a task with, until it was done or given up. */
    deliver: async () => {
      await queue.enqueue({ operation_id: '00000000-0000-4000-8000-000000000000', generation: 0 });
      await tasks.tasks.idle();
      return statuses();
    },
    sweep: () => scheduler.runNow(),
  };
}

describe('a worker behind its front end', () => {
  const settings = accessOf(readSettings({}), 'worker');

  it('takes the tasks and the sweep of its own project as its deployment sets it', async () => {
    const { deliver, sweep } = await deploy(settings);
    expect(await deliver()).toEqual([200]);
    expect(await sweep()).toBe(true);
  });

  it('is not there for anyone outside, whatever token they have', async () => {
    const { url, identity, logged } = await deploy(settings);
    const headers = { Authorization: `Bearer ${await identity.sign(url)}` };
    const { status } = await fetch(`${url}/tasks/sweep`, { method: 'POST', body: '{}', headers });
    expect(status).toBe(404);
    expect(logged.filter(({ message }) => message === 'request')).toHaveLength(0);
  });

  it('would take none where Cloud Run checks the caller as well, and says why', async () => {
    const { deliver, sweep, logged } = await deploy({ ingress: 'internal', invokerIamCheck: true });
    expect(await deliver()).toEqual([401, 401]);
    expect(await sweep()).toBe(false);
    expect(logged).toContainEqual(
      expect.objectContaining({
        severity: 'WARNING',
        message: 'signature-removed',
        detail: expect.stringContaining('--no-invoker-iam-check'),
      }),
    );
  });

  it('is shut by Cloud Run to a stranger where that checks', async () => {
    const { url } = await deploy({ ingress: 'all', invokerIamCheck: true });
    const stranger = await createLocalIdentity({ issuer: 'https://accounts.google.com', email: EMAIL });
    for (const token of ['', await stranger.sign(url)]) {
      const { status } = await fetch(`${url}/tasks/sweep`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}` },
      });
      expect(status).toBe(403);
    }
  });
});
