import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createCloudTasksQueue } from '../../shared/queue/cloud-tasks/queue.ts';
import { startTaskWorker } from '../support/task-worker.ts';

describe('the stand-in as a process', () => {
  it('queues and sweeps with one identity, and ends on SIGTERM', async () => {
    await using worker = await startTaskWorker();
    const serviceAccount = 'tasks@demo-local.iam.gserviceaccount.com';
    const child = spawn(process.execPath, ['local/start-cloud-tasks.ts'], {
      env: {
        PATH: process.env['PATH'],
        GOOGLE_CLOUD_PROJECT: 'demo-local',
        TASKS_LOCATION: 'asia-south1',
        TASKS_QUEUE: 'operations',
        TASKS_SERVICE_ACCOUNT: serviceAccount,
        WORKER_URL: worker.url,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [line] = await once(child.stdout, 'data');
    const { host, jwks_uri, issuer } = JSON.parse(String(line));
    const queue = createCloudTasksQueue({
      project: 'demo-local',
      location: 'asia-south1',
      queue: 'operations',
      serviceAccount,
      workerUrl: worker.url,
      dispatchDeadlineMs: 60_000,
      emulatorHost: host,
    });
    await queue.enqueue({ operation_id: 'an operation', generation: 0 });
    await worker.arrival(2);
    expect(worker.received.map(({ path }) => path).toSorted()).toEqual(['/tasks/run', '/tasks/sweep']);
    const keys = createRemoteJWKSet(new URL(jwks_uri));
    for (const { headers } of worker.received) {
      const token = String(headers.authorization).replace('Bearer ', '');
      const { payload } = await jwtVerify(token, keys, { issuer, audience: worker.url });
      expect(payload).toMatchObject({ email: serviceAccount, email_verified: true });
    }
    await queue.close();
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  }, 15_000);
});
